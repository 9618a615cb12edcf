import type { EngineProcess } from './engine-process.ts';
import type { History } from './history.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { Side } from './side.ts';
import type { SourceModel } from './source-model.ts';
import type { TargetModel } from './target-model.ts';
import type { Writer } from './writer.ts';
import type { Databases } from './databases.ts';
import type { OwnKeys } from './own-keys.ts';

/** What there is to be broken. */
export interface Breakable {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly history: History;
  readonly network: Network;
  readonly source: Side<SourceModel>;
  readonly target: Side<TargetModel>;
  readonly writer: Writer;
  readonly databases: Databases;
  /** Of a target that holds keys of its own. */
  readonly own: OwnKeys | undefined;
  /** The kinds of fault that there are; undefined for all. */
  readonly only: readonly string[] | undefined;
  /** The run that began last, if it goes on. */
  readonly engine: EngineProcess | undefined;
  readonly engines: readonly EngineProcess[];
  startEngine(): EngineProcess;
  startRelease(): EngineProcess;
  /** What the target holds may be older than what it answered. */
  wentBack(): void;
  count(what: string): void;
}
