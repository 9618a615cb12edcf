import type { Client } from './client.ts';
import type { Channel } from './network.ts';
import type { Breakable } from './breakable.ts';
import { CLUSTER_FAULTS } from './cluster-faults.ts';
import type { ServerModel } from './server-model.ts';
import { Shards } from './shards.ts';
import type { SourceModel } from './source-model.ts';
import type { TargetModel } from './target-model.ts';
import { APPLY_SCRIPT } from '../../electron/engine/writer/script/apply-script.ts';
import { checkpointKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { TASKS_KEY } from '../../electron/engine/checkpoint/task-index.ts';
import { ComeBacks } from './come-backs.ts';
import { checkpointOf } from './compare.ts';
import { Failure, type Reply } from './resp.ts';
import { TASK } from './simulated-task.ts';
import { isThere } from './writer.ts';

/** What is picked the more often the more it weighs. */
export interface Weighted {
  readonly name: string;
  readonly weight: number;
}

interface Fault extends Weighted {
  readonly run: (faults: Faults) => void;
}

/** The engine mends so many in ten minutes. */
const MOST_MEDDLINGS = 2;

/** Breaks the world of a history at moments that its seed decides, some of them chosen since much hangs on them. */
export class Faults {
  readonly sim: Breakable;
  readonly shards: {
    readonly source: Shards<SourceModel> | undefined;
    readonly target: Shards<TargetModel> | undefined;
  };
  private readonly list: readonly Fault[];
  private active = false;
  private meddlings = 0;
  private readonly comeBacks: ComeBacks;

  constructor(sim: Breakable) {
    this.sim = sim;
    this.comeBacks = new ComeBacks(sim.scheduler);
    const { source, target } = sim;
    this.shards = {
      source:
        source.cluster && new Shards(source.cluster, 'source', sim, (waitMs, run) => this.later(waitMs, run)),
      target:
        target.cluster && new Shards(target.cluster, 'target', sim, (waitMs, run) => this.later(waitMs, run)),
    };
    const all = source.cluster || target.cluster ? [...FAULTS, ...CLUSTER_FAULTS] : FAULTS;
    const { only } = sim;
    this.list = only ? all.filter(({ name }) => only.includes(name)) : all;
    for (const server of target.servers) {
      server.onExec = (commands, replies, client) => this.afterExec(commands, replies, client);
      server.onScript = (args, reply, client) => this.afterScript(args, reply, client);
    }
  }

  begin(untilMs: number, beginMs = 0): void {
    this.active = true;
    const { scheduler, random } = this.sim;
    const next = (): void => {
      const waitMs = random.chance(0.3) ? random.between(1, 200) : random.between(200, 3000);
      if (scheduler.nowMs + waitMs >= untilMs) return;
      scheduler.after(waitMs, () => {
        if (!this.active) return;
        const fault = weighted(this.list, random.next());
        this.sim.count(fault.name);
        this.sim.history.note('fault', fault.name);
        fault.run(this);
        next();
      });
    };
    // At first the copy has its turn, or not.
    scheduler.after(beginMs + random.pick([50, 500, 3000]), next);
  }

  /** What is broken is whole again. */
  heal(): void {
    this.active = false;
    const { source, target } = this.sim;
    for (const server of target.servers) {
      server.outOfMemory = false;
      server.readOnly = false;
      server.onExec = () => undefined;
      server.onScript = () => undefined;
    }
    for (const server of [...source.servers, ...target.servers])
      server.frozenUntilMs = Math.min(server.frozenUntilMs, this.sim.scheduler.nowMs + 1);
    this.comeBacks.atOnce();
    for (const process of this.sim.engines) process.resume();
  }

  /** One of the servers of a side. */
  one(side: 'source'): SourceModel;
  one(side: 'target'): TargetModel;
  one(side: 'source' | 'target'): ServerModel {
    const { servers } = this.sim[side];
    return servers.length === 1 ? servers[0]! : this.sim.random.pick<ServerModel>(servers);
  }

  /** Where one server of a side is, or all of them. */
  private places(side: 'source' | 'target'): readonly number[] {
    const { cluster, ports } = this.sim[side];
    if (!cluster) return ports;
    return this.sim.random.chance(0.3)
      ? ports
      : [(side === 'source' ? this.one('source') : this.one('target')).port];
  }

  cut(side: 'source' | 'target', share: number): void {
    for (const port of this.places(side)) this.sim.network.cut(undefined, port, share);
  }

  /** Again and again, so that it meets what is done after a connection was made anew. */
  cutOften(side: 'source' | 'target'): void {
    const { scheduler, random } = this.sim;
    for (let left = random.between(3, 8), atMs = 0; left > 0; left--) {
      scheduler.after(atMs, () => this.active && this.cut(side, 0.8));
      atMs += random.between(5, 700);
    }
  }

  stall(side: 'source' | 'target', forMs: number): void {
    for (const port of this.places(side)) this.sim.network.stall(undefined, port, forMs);
  }

  freeze(side: 'source' | 'target', forMs: number): void {
    const server = side === 'source' ? this.one('source') : this.one('target');
    server.frozenUntilMs = this.sim.scheduler.nowMs + forMs;
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
      const forMs = random.between(500, 6000);
      for (const port of this.sim.target.ports) network.stall(engine.name, port, forMs);
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
    const { network, random } = this.sim;
    const target = this.one('target');
    const back = random.chance(0.4) ? 0 : random.between(1, 10);
    if (!target.listening) return;
    target.listening = false;
    this.shards.target?.goesAway(target);
    network.serverDies(target.port);
    this.later(random.between(50, 4000), () => {
      if (back > 0) this.sim.wentBack();
      target.restart(back);
      this.shards.target?.isBack(target);
      this.sim.history.note('target', `is back, with what it had ${back * 250} ms before`);
    });
  }

  restartSource(): void {
    const { network, random } = this.sim;
    const source = this.one('source');
    if (!source.listening) return;
    source.listening = false;
    this.shards.source?.goesAway(source);
    network.serverDies(source.port);
    this.later(random.between(50, 3000), () => {
      source.restart(random.between(0, 4));
      this.shards.source?.isBack(source);
    });
  }

  failOverSource(): void {
    if (this.shards.source) return this.shards.source.failOver();
    const { network, random, history } = this.sim;
    const source = this.sim.source.sole;
    source.listening = false;
    network.serverDies(source.port);
    const stepsBack = random.chance(0.4) ? 0 : random.between(1, 6);
    this.later(random.between(50, 2000), () => {
      const lost = source.failOver(stepsBack);
      history.note('source', `is another server now, which lacks the last ${lost} bytes`);
    });
  }

  refuse(what: 'outOfMemory' | 'readOnly'): void {
    const { random } = this.sim;
    const target = this.one('target');
    target[what] = true;
    this.later(random.between(200, 6000), () => (target[what] = false));
  }

  /** Somebody writes to a key on the target that the source goes on using, so that the next command on it fails there. */
  meddle(): void {
    const { source, target, writer, random, history, databases, own } = this.sim;
    const sourceDb = databases.sourceOf(0);
    if (sourceDb === undefined) return;
    const keys = [...target.keyspace.db(0)].filter(
      ([key, { value }]) =>
        own?.has(0, key) !== true &&
        /^({\w+})?(list|hash|counter):/.test(key) &&
        (value.kind !== 'string') === !/^({\w+})?counter/.test(key),
    );
    if (
      checkpointOf(target, TASK)?.get('state') !== 'streaming' ||
      checkpointOf(target, TASK)?.get('active') !== '1'
    )
      return;
    if (keys.length === 0 || this.meddlings >= MOST_MEDDLINGS) return;
    const [key] = random.pick(keys);
    // What the source does not use again nobody finds out.
    if (!isThere(source.ownerOf(key)) || source.cluster?.isUnderWay(key)) return;
    this.meddlings += 1;
    const server = target.ownerOf(key);
    history.note('meddler', `writes to ${key}`);
    server.run(server.connect(), 'SET', key, 'of somebody else');
    writer.run(sourceDb, writer.useOf(key));
  }

  /** Unless the world is well by then. */
  soon(waitMs: number, run: () => void): void {
    this.sim.scheduler.after(waitMs, () => this.active && run());
  }

  later(waitMs: number, run: () => void): void {
    this.comeBacks.after(waitMs, run);
  }

  /** The target has run a transaction, and nobody has heard of it: the moment at which most can be lost or done twice. */
  private afterExec(
    commands: readonly (readonly string[])[],
    replies: readonly Reply[],
    { channel }: Client,
  ): void {
    if (!this.active || !channel) return;
    const batch = commands.some(
      ([name = '', key]) => name.toLowerCase() === 'hmset' && key === checkpointKey(TASK),
    );
    const failed = batch && replies.some((reply) => reply instanceof Failure);
    const claim = commands.some(([name = '', key]) => name.toLowerCase() === 'hset' && key === TASKS_KEY);
    this.breakBehind(
      channel,
      failed ? 'a failure' : claim ? 'a claim' : 'a batch',
      failed ? 0.4 : claim ? 0.08 : 0.003,
    );
  }

  /** The same of a script: a batch of a lane, or a step of what is done to lanes. */
  private afterScript([text = '']: readonly string[], reply: Reply, { channel }: Client): void {
    if (!this.active || !channel) return;
    const batch = text === APPLY_SCRIPT;
    const failed = batch && reply instanceof Failure;
    this.breakBehind(
      channel,
      failed ? 'a failure' : batch ? 'a batch of a lane' : 'a script',
      failed ? 0.3 : batch ? 0.003 : 0.01,
    );
  }

  private breakBehind(channel: Channel, what: string, share: number): void {
    const { random, engines } = this.sim;
    if (!random.chance(share)) return;
    const how = random.chance(0.5) ? 'kill' : 'cut';
    this.sim.count(`${how} behind ${what}`);
    this.sim.history.note('fault', `${how} ${channel.process} behind ${what}`);
    if (how === 'cut') return channel.cut();
    engines.find(({ name }) => name === channel.process)?.kill();
    this.later(random.between(1, 2000), () => {
      if (!this.sim.engine) this.sim.startEngine();
    });
  }
}

const between = (faults: Faults, from: number, to: number): number => faults.sim.random.between(from, to);

const FAULTS: readonly Fault[] = [
  { name: 'cut target', weight: 8, run: (faults) => faults.cut('target', 0.7) },
  { name: 'cut target often', weight: 6, run: (faults) => faults.cutOften('target') },
  { name: 'cut source', weight: 6, run: (faults) => faults.cut('source', 0.7) },
  { name: 'cut source often', weight: 2, run: (faults) => faults.cutOften('source') },
  { name: 'stall target', weight: 5, run: (faults) => faults.stall('target', between(faults, 100, 6000)) },
  {
    name: 'stall target for long',
    weight: 2,
    run: (faults) => faults.stall('target', between(faults, 9000, 40_000)),
  },
  { name: 'stall source', weight: 3, run: (faults) => faults.stall('source', between(faults, 100, 8000)) },
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

export function weighted<T extends Weighted>(list: readonly T[], share: number): T {
  let left = share * list.reduce((sum, { weight }) => sum + weight, 0);
  return list.find(({ weight }) => (left -= weight) < 0) ?? list[0]!;
}
