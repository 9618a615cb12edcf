import type { Client } from './client.ts';
import type { EngineProcess } from './engine-process.ts';
import type { History } from './history.ts';
import type { Network } from './network.ts';
import type { Random } from './random.ts';
import type { Scheduler } from './scheduler.ts';
import type { SourceModel } from './source-model.ts';
import type { TargetModel } from './target-model.ts';
import type { Writer } from './writer.ts';
import { checkpointKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { TASKS_KEY } from '../../electron/engine/checkpoint/task-index.ts';
import { checkpointOf } from './compare.ts';
import { Failure, type Reply } from './resp.ts';
import { SOURCE_PORT, TARGET_PORT, TASK } from './simulated-task.ts';

/** What there is to be broken. */
export interface Breakable {
  readonly random: Random;
  readonly scheduler: Scheduler;
  readonly history: History;
  readonly network: Network;
  readonly source: SourceModel;
  readonly target: TargetModel;
  readonly writer: Writer;
  /** The run that began last, if it goes on. */
  readonly engine: EngineProcess | undefined;
  readonly engines: readonly EngineProcess[];
  startEngine(): EngineProcess;
  startRelease(): EngineProcess;
  /** What the target holds may be older than what it answered. */
  wentBack(): void;
  count(what: string): void;
}

interface Fault {
  readonly name: string;
  readonly weight: number;
  readonly run: (faults: Faults) => void;
}

/** The engine mends so many in ten minutes. */
const MOST_MEDDLINGS = 2;

/** Breaks the world of a history at moments that its seed decides, some of them chosen since much hangs on them. */
export class Faults {
  readonly sim: Breakable;
  private active = false;
  private meddlings = 0;

  constructor(sim: Breakable) {
    this.sim = sim;
    sim.target.onExec = (commands, replies, client) => this.afterExec(commands, replies, client);
  }

  begin(untilMs: number): void {
    this.active = true;
    const { scheduler, random } = this.sim;
    const next = (): void => {
      const waitMs = random.chance(0.3) ? random.between(1, 200) : random.between(200, 3000);
      if (scheduler.nowMs + waitMs >= untilMs) return;
      scheduler.after(waitMs, () => {
        if (!this.active) return;
        const fault = weighted(random.next());
        this.sim.count(fault.name);
        this.sim.history.note('fault', fault.name);
        fault.run(this);
        next();
      });
    };
    // At first the copy has its turn, or not.
    scheduler.after(random.pick([50, 500, 3000]), next);
  }

  /** What is broken is whole again. */
  heal(): void {
    this.active = false;
    const { source, target } = this.sim;
    target.outOfMemory = false;
    target.readOnly = false;
    for (const server of [source, target])
      server.frozenUntilMs = Math.min(server.frozenUntilMs, this.sim.scheduler.nowMs + 1);
    for (const back of this.comeBack.splice(0)) back();
    for (const process of this.sim.engines) process.resume();
    target.onExec = () => undefined;
  }

  private comeBack: (() => void)[] = [];

  cut(port: number, share: number): void {
    this.sim.network.cut(undefined, port, share);
  }

  /** Again and again, so that it meets what is done after a connection was made anew. */
  cutOften(port: number): void {
    const { scheduler, random } = this.sim;
    for (let left = random.between(3, 8), atMs = 0; left > 0; left--) {
      scheduler.after(atMs, () => this.active && this.cut(port, 0.8));
      atMs += random.between(5, 700);
    }
  }

  stall(port: number, forMs: number): void {
    this.sim.network.stall(undefined, port, forMs);
  }

  freeze(server: 'source' | 'target', forMs: number): void {
    const { scheduler } = this.sim;
    this.sim[server].frozenUntilMs = scheduler.nowMs + forMs;
  }

  kill(): void {
    const { scheduler, random, engine } = this.sim;
    if (!engine) return;
    engine.kill();
    scheduler.after(random.between(1, 3000), () => {
      if (!this.sim.engine) this.sim.startEngine();
    });
  }

  /** A second run begins while the first goes on, or hangs. */
  takeOver(): void {
    const { network, random, engine } = this.sim;
    if (engine && random.chance(0.5)) network.stall(engine.name, undefined, random.between(500, 20_000));
    this.sim.startEngine();
  }

  /** A run that hands the target over is cut off in the middle of it by the next one. */
  handOverTakenOver(): void {
    const { network, random, engine, scheduler } = this.sim;
    if (!engine) return void this.sim.startEngine();
    engine.stop('now');
    scheduler.after(random.between(0, 60), () => {
      network.stall(engine.name, TARGET_PORT, random.between(500, 6000));
      this.sim.startEngine();
    });
  }

  stop(): void {
    this.sim.engine?.stop(this.sim.random.pick(['drain', 'now']));
  }

  pause(): void {
    const { scheduler, random, engine } = this.sim;
    engine?.pause();
    scheduler.after(random.between(500, 15_000), () => engine?.resume());
  }

  release(): void {
    this.sim.startRelease();
  }

  restartTarget(): void {
    const { target, network, random } = this.sim;
    const back = random.chance(0.4) ? 0 : random.between(1, 10);
    target.listening = false;
    network.serverDies(TARGET_PORT);
    this.later(random.between(50, 4000), () => {
      if (back > 0) this.sim.wentBack();
      target.restart(back);
      this.sim.history.note('target', `is back, with what it had ${back * 250} ms before`);
    });
  }

  restartSource(): void {
    const { source, network, random } = this.sim;
    source.listening = false;
    network.serverDies(SOURCE_PORT);
    this.later(random.between(50, 3000), () => source.restart(random.between(0, 4)));
  }

  failOverSource(): void {
    const { source, network, random, history } = this.sim;
    source.listening = false;
    network.serverDies(SOURCE_PORT);
    const stepsBack = random.chance(0.4) ? 0 : random.between(1, 6);
    this.later(random.between(50, 2000), () => {
      const lost = source.failOver(stepsBack);
      history.note('source', `is another server now, which lacks the last ${lost} bytes`);
    });
  }

  refuse(what: 'outOfMemory' | 'readOnly'): void {
    const { target, random } = this.sim;
    target[what] = true;
    this.later(random.between(200, 6000), () => (target[what] = false));
  }

  /** Somebody writes to a key on the target that the source goes on using, so that the next command on it fails there. */
  meddle(): void {
    const { target, writer, random, history } = this.sim;
    const keys = [...target.keyspace.db(0)].filter(
      ([key, { value }]) =>
        /^(list|hash|counter):/.test(key) && (value.kind !== 'string') === !key.startsWith('counter'),
    );
    if (
      checkpointOf(target, TASK)?.get('state') !== 'streaming' ||
      checkpointOf(target, TASK)?.get('active') !== '1'
    )
      return;
    if (keys.length === 0 || this.meddlings >= MOST_MEDDLINGS) return;
    this.meddlings += 1;
    const [key] = random.pick(keys);
    history.note('meddler', `writes to ${key}`);
    target.run(target.connect(), 'SET', key, 'of somebody else');
    writer.run(0, writer.useOf(key));
  }

  private later(waitMs: number, run: () => void): void {
    let done = false;
    const once = (): void => {
      if (!done) run();
      done = true;
    };
    this.comeBack.push(once);
    this.sim.scheduler.after(waitMs, once);
  }

  /** The target has run a transaction, and nobody has heard of it: the moment at which most can be lost or done twice. */
  private afterExec(
    commands: readonly (readonly string[])[],
    replies: readonly Reply[],
    { channel }: Client,
  ): void {
    const { random, engines } = this.sim;
    if (!this.active || !channel) return;
    const batch = commands.some(
      ([name = '', key]) => name.toLowerCase() === 'hmset' && key === checkpointKey(TASK),
    );
    const failed = batch && replies.some((reply) => reply instanceof Failure);
    const claim = commands.some(([name = '', key]) => name.toLowerCase() === 'hset' && key === TASKS_KEY);
    if (!random.chance(failed ? 0.4 : claim ? 0.08 : 0.003)) return;
    const how = random.chance(0.5) ? 'kill' : 'cut';
    this.sim.count(`${how} behind ${failed ? 'a failure' : claim ? 'a claim' : 'a batch'}`);
    this.sim.history.note(
      'fault',
      `${how} ${channel.process} behind ${failed ? 'a failed command' : claim ? 'a claim' : 'a batch'}`,
    );
    if (how === 'cut') return channel.cut();
    engines.find(({ name }) => name === channel.process)?.kill();
    this.later(random.between(1, 2000), () => {
      if (!this.sim.engine) this.sim.startEngine();
    });
  }
}

const between = (faults: Faults, from: number, to: number): number => faults.sim.random.between(from, to);

const FAULTS: readonly Fault[] = [
  { name: 'cut target', weight: 8, run: (faults) => faults.cut(TARGET_PORT, 0.7) },
  { name: 'cut target often', weight: 6, run: (faults) => faults.cutOften(TARGET_PORT) },
  { name: 'cut source', weight: 6, run: (faults) => faults.cut(SOURCE_PORT, 0.7) },
  { name: 'cut source often', weight: 2, run: (faults) => faults.cutOften(SOURCE_PORT) },
  { name: 'stall target', weight: 5, run: (faults) => faults.stall(TARGET_PORT, between(faults, 100, 6000)) },
  {
    name: 'stall target for long',
    weight: 2,
    run: (faults) => faults.stall(TARGET_PORT, between(faults, 9000, 40_000)),
  },
  { name: 'stall source', weight: 3, run: (faults) => faults.stall(SOURCE_PORT, between(faults, 100, 8000)) },
  {
    name: 'freeze target',
    weight: 3,
    run: (faults) => faults.freeze('target', between(faults, 100, 30_000)),
  },
  { name: 'freeze source', weight: 2, run: (faults) => faults.freeze('source', between(faults, 100, 5000)) },
  { name: 'kill', weight: 8, run: (faults) => faults.kill() },
  { name: 'take over', weight: 4, run: (faults) => faults.takeOver() },
  { name: 'hand-over taken over', weight: 3, run: (faults) => faults.handOverTakenOver() },
  { name: 'stop', weight: 4, run: (faults) => faults.stop() },
  { name: 'pause', weight: 3, run: (faults) => faults.pause() },
  { name: 'release', weight: 1, run: (faults) => faults.release() },
  { name: 'restart target', weight: 4, run: (faults) => faults.restartTarget() },
  { name: 'restart source', weight: 1, run: (faults) => faults.restartSource() },
  { name: 'fail over source', weight: 3, run: (faults) => faults.failOverSource() },
  { name: 'out of memory', weight: 2, run: (faults) => faults.refuse('outOfMemory') },
  { name: 'read-only', weight: 2, run: (faults) => faults.refuse('readOnly') },
  { name: 'meddle', weight: 5, run: (faults) => faults.meddle() },
];

const ALL = FAULTS.reduce((sum, { weight }) => sum + weight, 0);

function weighted(share: number): Fault {
  let left = share * ALL;
  return FAULTS.find(({ weight }) => (left -= weight) < 0) ?? FAULTS[0]!;
}
