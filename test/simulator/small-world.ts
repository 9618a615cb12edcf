import { tmpdir } from 'node:os';
import path from 'node:path';
import { Arenas } from './arenas.ts';
import { EngineProcess } from './engine-process.ts';
import { History } from './history.ts';
import { Network } from './network.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { SOURCE_PORT, specOf, TARGET_PORT } from './simulated-task.ts';
import { SourceModel } from './source-model.ts';
import { TargetModel } from './target-model.ts';

const ARENAS = new Arenas();
const SPOOL_DIR = path.join(tmpdir(), 'lockstep-small-world');

/** A source, a target and a network in which only that happens which a test has happen. */
export class SmallWorld {
  readonly scheduler = new Scheduler();
  readonly random = new Random(1);
  readonly network = new Network(this.scheduler, this.random, 1);
  readonly history = new History(this.scheduler);
  readonly source = new SourceModel(this.scheduler, this.random, SOURCE_PORT, 0);
  readonly target = new TargetModel(this.scheduler, this.random, TARGET_PORT, 0);
  private readonly writing = this.source.connect();
  private serial = 0;

  constructor() {
    this.network.listen(SOURCE_PORT, this.source);
    this.network.listen(TARGET_PORT, this.target);
    this.source.start();
  }

  write(...words: readonly string[]): void {
    this.source.run(this.writing, ...words);
  }

  start(onPhase: (phase: string) => void = () => undefined): EngineProcess {
    this.serial += 1;
    const process = new EngineProcess({
      name: `engine${this.serial}`,
      spec: specOf(SPOOL_DIR),
      network: this.network,
      history: this.history,
      arenas: ARENAS,
      aheadMs: 0,
      onPhase,
      onEnd: () => undefined,
    });
    process.start();
    return process;
  }

  /** Lets so much time pass, or less if `ended` says so. */
  pass(forMs: number, ended?: () => boolean): Promise<boolean> {
    return this.scheduler.run(this.scheduler.nowMs + forMs, ended);
  }
}
