import type { Redis } from 'ioredis';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { coded, openControl } from '../control/control-connection.ts';
import {
  checkDistinct,
  checkSource,
  checkTarget,
  readFacts,
  type ServerFacts,
} from '../control/server-facts.ts';
import { readTargetWrites } from '../control/target-commands.ts';
import { checkDatabases } from '../precheck/database-check.ts';
import { checkModules } from '../precheck/module-check.ts';
import { CommandTable } from '../commands/command-table.ts';
import { connectionName } from '../writer/end-connection.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';

/** The control connections to both sides, and what is known of the servers behind them. */
export class Servers {
  private readonly spec: TaskSpec;
  private sourceRedis: Redis | undefined;
  private targetRedis: Redis | undefined;
  private sourceFacts: ServerFacts | undefined;
  private targetFacts: ServerFacts | undefined;
  table = new CommandTable([]);

  constructor(spec: TaskSpec) {
    this.spec = spec;
  }

  /** Opens both and refuses what cannot work. @throws LockstepError */
  async open(databases: DatabaseChoice): Promise<void> {
    const source = await this.openSource();
    checkSource(this.spec.source, this.sourceFacts!);
    const target = await this.openTarget().catch((error: unknown) => {
      // A replica of the source is read-only as well, but its primary is no target either.
      if (this.targetFacts) checkDistinct(this.sourceFacts!, this.targetFacts);
      throw error;
    });
    checkDistinct(this.sourceFacts!, this.targetFacts!);
    await coded('source', this.spec.source, async () => {
      await checkDatabases(source, databases, this.targetFacts!.abilities.databases);
      await checkModules(source, target, databases);
    });
    const { version } = this.targetFacts!.abilities;
    this.table = new CommandTable(await readTargetWrites(this.spec.target, target), version);
  }

  /** The open connection to the source, or undefined while there is none. */
  get source(): Redis | undefined {
    return this.sourceRedis?.status === 'ready' ? this.sourceRedis : undefined;
  }

  get target(): Redis | undefined {
    return this.targetRedis?.status === 'ready' ? this.targetRedis : undefined;
  }

  get facts(): { readonly source: ServerFacts; readonly target: ServerFacts } {
    return { source: this.sourceFacts!, target: this.targetFacts! };
  }

  async openSource(): Promise<Redis> {
    if (this.source) return this.source;
    this.sourceRedis?.disconnect();
    this.sourceRedis = await openControl('source', this.spec.source);
    this.sourceFacts = await readFacts('source', this.spec.source, this.sourceRedis);
    return this.sourceRedis;
  }

  /** The connection to the target, made anew where it broke; the server behind it is looked at again then. */
  async openTarget(): Promise<Redis> {
    if (this.target) return this.target;
    this.targetRedis?.disconnect();
    this.targetRedis = await openControl('target', this.spec.target, connectionName(this.spec.task));
    this.targetFacts = await readFacts('target', this.spec.target, this.targetRedis);
    checkTarget(this.spec.target, this.targetFacts);
    return this.targetRedis;
  }

  /** After a fault on the target nothing is taken for granted: the next `openTarget` looks again. */
  forgetTarget(): void {
    this.targetRedis?.disconnect();
    this.targetRedis = undefined;
  }

  close(): void {
    this.sourceRedis?.disconnect();
    this.targetRedis?.disconnect();
  }
}
