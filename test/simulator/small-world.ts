import { tmpdir } from 'node:os';
import path from 'node:path';
import { Arenas } from './arenas.ts';
import { EngineProcess } from './engine-process.ts';
import { History } from './history.ts';
import type { Keyspace } from './keyspace.ts';
import { Network } from './network.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import { specOf } from './simulated-task.ts';
import type { SourceModel } from './source-model.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import type { TargetModel } from './target-model.ts';
import { makeSides, type Sides, type Topology } from './topology.ts';

const ARENAS = new Arenas();
const SPOOL_DIR = path.join(tmpdir(), 'lockstep-small-world');

/** A source, a target and a network in which only that happens which a test has happen. */
export class SmallWorld {
  readonly scheduler = new Scheduler();
  readonly random = new Random(1);
  readonly network = new Network(this.scheduler, this.random, 1);
  readonly history = new History(this.scheduler);
  readonly sides: Sides;
  /** Of a side that is one server that one, else the first. */
  readonly source: SourceModel;
  readonly target: TargetModel;
  private readonly writing;
  private serial = 0;

  constructor(topology: Topology = 'standalone') {
    this.sides = makeSides(topology, this.scheduler, this.random, this.network, { ahead: [0] });
    this.source = this.sides.source.sole;
    this.target = this.sides.target.sole;
    this.writing = this.source.connect();
    for (const server of this.sides.source.servers) server.start();
  }

  /** A node of a cluster is another process from here on, with this data. */
  restartNode(server: TargetModel, data: Keyspace): void {
    server.listening = false;
    this.network.serverDies(server.port);
    server.begin(data.clone());
  }

  write(...words: readonly string[]): void {
    this.source.run(this.writing, ...words);
  }

  start(onPhase: (phase: string) => void = () => undefined, special: Partial<TaskSpec> = {}): EngineProcess {
    this.serial += 1;
    const process = new EngineProcess({
      name: `engine${this.serial}`,
      spec: specOf(SPOOL_DIR, special),
      network: this.network,
      history: this.history,
      arenas: ARENAS,
      clustered: this.sides.source.cluster !== undefined,
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
