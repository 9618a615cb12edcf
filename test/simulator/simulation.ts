import type { Phase } from '../../shared/model/metrics.ts';
import { makeSides, type SidesOptions, type Topology } from './topology.ts';
import { specOf, TASK } from './simulated-task.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import type { Arenas } from './arenas.ts';
import { AskedRepairs } from './asked-repairs.ts';
import {
  brokenWitnesses,
  checkpointOf,
  checkpointsOf,
  differences,
  leastOfLanes,
  earlierThanLanesSay,
  earlierThanPromised,
  type Holder,
} from './compare.ts';
import { EngineProcess, type End } from './engine-process.ts';
import type { Breakable } from './breakable.ts';
import { Databases } from './databases.ts';
import { Faults } from './faults.ts';
import { History } from './history.ts';
import { Keyspace } from './keyspace.ts';
import { Network } from './network.ts';
import { OwnKeys } from './own-keys.ts';
import { Random } from './random.ts';
import { Scheduler } from './scheduler.ts';
import type { ServerModel } from './server-model.ts';
import type { Side } from './side.ts';
import type { SourceModel } from './source-model.ts';
import type { TargetModel } from './target-model.ts';
import { traitsOf, type Trait } from './traits.ts';
import { Writer } from './writer.ts';

/** How often what holds at every moment is looked at. */
export const WATCH_EVERY_MS = 500;
/** By then times on a target are late by the small bound, if nothing has happened before. */
const CALM_MS = 9000;
/** So long after a process has gone what it had sent may still arrive. */
export const STRAGGLERS_MS = 5000;
/** Everything is well again for so long, and the task is not in step: it never will be. */
export const PATIENCE_MS = 600_000;
/** A run that has been in step for so long has had all that a source without writers has. */
const QUIET_MS = 3000;
/** What a time may be off by that was carried from node to node, each time by what the way takes. */
const CARRIED_MS = 50;
export const STOP_PATIENCE_MS = 180_000;
const TAGS_OF_SHARD = 4;
/** What is asked for is drawn apart from all else. */
const ASKING = 0x5a5a;
/** What a run may end with while the world around it is being broken; a next one goes on. */
export const ENDS_OF_FAULTS =
  /_UNREACHABLE$|_LINK_LOST$|^RETRY_EXHAUSTED$|^INTERRUPTED$|^EXPIRY_STILL_LATE$|_OUT_OF_MEMORY$|_READ_ONLY$|^TARGET_CRASHES$|^TARGET_HANDED_OVER$|_SLOTS_MOVED$|_CLUSTER_DOWN$/;

const GONE = /^(TARGET_NOT_EMPTY|CHECKPOINT_MISSING)$/;

/** What histories share, one after another. */
export interface Ground {
  /** An empty folder: spools stay in memory. */
  readonly spoolDir: string;
  readonly arenas: Arenas;
  /** Histories with few faults each, of which more can be had in the same time. */
  readonly brief?: boolean;
  /** Of what a history's sides are; two servers by default. */
  readonly topology?: Topology;
  /** Of the sides that are clusters; see SidesOptions. */
  readonly shards?: SidesOptions['shards'];
  /** The kinds of fault that there are to be; all by default. */
  readonly only?: readonly string[] | undefined;
  /** What histories have beside all else, as far as it fits; by their seeds by default. */
  readonly traits?: readonly Trait[] | undefined;
}

export interface Verdict {
  readonly seed: number;
  /** What was wrong; empty for a history that is as it should be. */
  readonly faults: readonly string[];
  readonly lines: readonly string[];
  readonly happened: number;
  readonly virtualMs: number;
  /** What there was of each kind of fault and of the engine's ways, to see that a history is not idle. */
  readonly counts: Readonly<Record<string, number>>;
}

/** One history: a source that is written to, a target, a task between them, and whatever may happen to each. */
export class Simulation implements Breakable {
  readonly random: Random;
  readonly scheduler = new Scheduler();
  readonly history = new History(this.scheduler);
  readonly network: Network;
  readonly source: Side<SourceModel>;
  readonly target: Side<TargetModel>;
  readonly writer: Writer;
  readonly spec: TaskSpec;
  readonly databases: Databases;
  readonly own: OwnKeys | undefined;
  private readonly asked: AskedRepairs | undefined;
  readonly only: readonly string[] | undefined;
  readonly counts: Record<string, number> = {};
  private readonly seed: number;
  private readonly arenas: Arenas;
  private readonly brief: boolean;
  private readonly faults: string[] = [];
  private readonly processes: EngineProcess[] = [];
  private serial = 0;
  /** When a target came back with an older save, or was emptied: what a run finds there then is not what it left. */
  private targetWentBackMs = -Infinity;
  private breaks: Faults | undefined;
  private wanted = true;
  private inStepMs = Infinity;
  private finishedMs = Infinity;
  /** What times were late by at the most while the task ran. */
  private longMs = 0;

  constructor(
    seed: number,
    { spoolDir, arenas, brief = false, topology = 'standalone', only, shards, traits: wanted }: Ground,
  ) {
    this.only = only;
    this.brief = brief;
    this.arenas = arenas;
    this.seed = seed;
    this.random = new Random(seed);
    const { random, scheduler } = this;
    this.network = new Network(scheduler, random, random.pick([0, 1, 1, 3, 12]));
    const { source, target } = makeSides(topology, scheduler, random, this.network, { shards });
    this.source = source;
    this.target = target;
    for (const server of [...source.servers, ...target.servers])
      server.onUnknown = (what) => this.wrong(what);
    for (const { standby } of [source, target].flatMap<{ standby: ServerModel }>(
      ({ cluster }) => cluster?.shards ?? [],
    ))
      standby.onUnknown = (what) => this.wrong(what);
    const backlog = random.pick([2048, 16_384, 65_536, 65_536]);
    for (const server of source.servers) server.keep(backlog);
    const drawn = source.cluster ? random.pick([3, 6, 10]) : 0;
    // Each of many shards has keys.
    const tags = shards ? shards.source * TAGS_OF_SHARD : drawn;
    const traits = traitsOf(seed, topology, wanted);
    const apart = new Random(~seed);
    this.databases = traits.has('other-databases') ? Databases.some(apart) : new Databases();
    this.own = traits.has('own-keys') ? new OwnKeys(target) : undefined;
    this.own?.follow(source, this.databases);
    this.own?.put(apart, tags);
    const asking = new Random(seed ^ ASKING);
    this.writer = new Writer(source, random, {
      ...{ clustered: topology !== 'standalone', tags, late: this.own !== undefined },
    });
    this.spec = specOf(spoolDir, {
      ...this.databases.spec,
      ...(this.own && { existing: 'overwrite' }),
      ...(traits.has('read-replicas') && { readFrom: 'replicas' }),
      ...(traits.has('asked-repairs') && { maxCommandsPerSecond: asking.pick([0, 100, 200]) }),
    });
    this.asked = traits.has('asked-repairs') ? new AskedRepairs(this, asking) : undefined;
    for (const trait of traits) this.count(trait);
  }

  async run(): Promise<Verdict> {
    try {
      await this.goThrough();
    } catch (error) {
      // A loop that waits for nothing, or a fault of the simulator: either way its history is wanted.
      this.wrong(error instanceof Error ? error.message : String(error));
    }
    for (const process of this.processes) process.kill();
    return {
      seed: this.seed,
      faults: this.faults,
      lines: this.history.lines,
      happened: this.scheduler.happened,
      virtualMs: this.scheduler.nowMs,
      counts: this.counts,
    };
  }

  private async goThrough(): Promise<void> {
    const { source, target, writer, scheduler, random } = this;
    for (const server of source.servers) server.start();
    for (const server of target.servers) server.startSaving();
    writer.fill();
    writer.start();
    this.watch();
    this.startEngine();
    const faults = (this.breaks = new Faults(this));
    const beginMs = this.target.cluster && random.chance(0.3) ? CALM_MS : 0;
    const endMs = beginMs + (this.brief ? random.between(1500, 5000) : random.between(3000, 20_000));
    faults.begin(endMs, beginMs);
    this.asked?.begin(endMs);
    await scheduler.run(endMs, () => this.faults.length > 0);
    faults.heal();
    if (this.faults.length === 0) await this.settle();
  }

  count(what: string): void {
    this.counts[what] = (this.counts[what] ?? 0) + 1;
  }

  wrong(what: string): void {
    if (this.faults.length >= 20) return;
    this.faults.push(what);
    this.history.note('WRONG', what);
  }

  /** The run that began last, if it goes on. */
  get engine(): EngineProcess | undefined {
    const last = this.processes.findLast(({ name }) => name.startsWith('engine'));
    return last?.running ? last : undefined;
  }

  get engines(): readonly EngineProcess[] {
    return this.processes.filter(({ running }) => running);
  }

  startEngine(): EngineProcess {
    const process = this.process('engine');
    process.start();
    return process;
  }

  startRelease(): EngineProcess {
    const process = this.process('release');
    process.release();
    return process;
  }

  /** What the target holds may be older than what it answered. */
  wentBack(): void {
    this.targetWentBackMs = this.scheduler.nowMs;
    this.asked?.wentBack();
    if (this.own) this.scheduler.after(0, () => this.own?.servesWhatIsLeft());
  }

  private process(kind: string): EngineProcess {
    this.serial += 1;
    const { spec, network, history, random, arenas } = this;
    const process: EngineProcess = new EngineProcess({
      ...{
        name: `${kind}${this.serial}`,
        spec,
        network,
        history,
        arenas,
        clustered: this.source.cluster !== undefined,
        aheadMs: random.pick([0, 0, 250, -400]),
      },
      onFault: (code) => {
        if (code === 'TARGET_NODE_AWAY') this.count('goes on without a node');
      },
      onWarning: (text) => this.own?.heard(text),
      onPhase: (phase) => this.phase(process, phase),
      onEnd: (end) => this.ended(process, end),
    });
    this.processes.push(process);
    return process;
  }

  /** Where the source's data ended when a run began to catch up: what it must have once it calls itself in step. */
  private readonly goals = new Map<EngineProcess, { readonly offset: number; readonly replid: string }>();

  private phase(process: EngineProcess, phase: Phase): void {
    this.count(phase);
    if (phase === 'in-step') this.inStepMs = this.scheduler.nowMs;
    const { target } = this;
    if (this.source.cluster) return;
    const source = this.source.sole;
    if (phase === 'catching-up')
      this.goals.set(process, { offset: source.lastWriteOffset, replid: source.replid });
    const goal = this.goals.get(process);
    if (phase !== 'in-step' || !goal || goal.replid !== source.replid) return;
    const checkpoint = checkpointOf(target, TASK);
    if (!checkpoint || checkpoint.get('replid') !== source.replid) return;
    // Another run may have taken over, or the target may have gone back, and this one is about to hear of it.
    if (this.engine !== process || this.targetWentBackMs > process.startedAtMs) return;
    // What is verified of it a run may know before its next checkpoint says so, where the target could not judge the batch itself.
    const offset = target.cluster ? leastOfLanes(target.keyspace, TASK) : Number(checkpoint.get('offset'));
    if (offset !== undefined && offset < goal.offset)
      this.wrong(`${process.name} is in step, with ${offset} of ${goal.offset}`);
  }

  private ended(process: EngineProcess, { code, fact }: End): void {
    if (code !== undefined) this.count(code);
    if (code === 'TARGET_TAKEN_OVER' && !this.mayBeTakenOver(process))
      this.wrong(`${process.name} takes itself for deposed, and nobody else has begun since`);
    else if (code === 'USAGE' && process.name.startsWith('release')) this.count('nothing to release');
    else if (GONE.test(code ?? '') && this.target.cluster && this.targetWentBackMs > -Infinity)
      // The node that keeps account of the task has lost that, and others have keys of it.
      this.emptyTarget();
    else if (code === 'CHECKPOINT_MISSING' && this.own && this.targetWentBackMs > process.startedAtMs)
      // Keys stand there, and nothing that says whose they are: the next run takes them for the target's own, which they are.
      this.count('back to before the task');
    else if (code !== undefined && code !== 'TARGET_TAKEN_OVER' && !ENDS_OF_FAULTS.test(code))
      this.wrong(`${process.name} ends with ${fact}`);
    if (code === 'TARGET_HANDED_OVER') this.emptyTarget();
    if (this.wanted && !this.engine)
      this.scheduler.after(this.random.between(100, 3000), () => {
        if (this.wanted && !this.engine) this.startEngine();
      });
  }

  /** A copy onto what others may have written to is refused; whoever runs the task decides for the source. */
  private emptyTarget(): void {
    this.history.note('operator', 'empties the target');
    for (const process of this.engines) process.kill();
    this.wentBack();
    for (const server of this.target.servers) server.empty();
    this.own?.gone();
  }

  /** Somebody else was there at the same time, or left bytes behind that came later; or the target is not what it was. */
  private mayBeTakenOver(process: EngineProcess): boolean {
    const sinceMs = process.startedAtMs - STRAGGLERS_MS;
    return (
      this.targetWentBackMs > sinceMs ||
      this.processes.some((other) => other !== process && other.endedAtMs > sinceMs)
    );
  }

  private watch(): void {
    this.scheduler.after(WATCH_EVERY_MS, () => {
      for (const what of this.tooEarly()) this.wrong(what);
      if (this.wanted) this.watch();
    });
  }

  private tooEarly(): string[] {
    const { target } = this;
    const { cluster } = target;
    if (!cluster) return this.clustered ? [] : earlierThanPromised(this.ofTheTask(target), TASK);
    const checkpoints = checkpointsOf(target, TASK).filter(
      (one) => one.get('active') === '1' && one.get('state') === 'streaming',
    );
    for (const one of checkpoints) this.count(`target ${one.get('expiry')}`);
    return target.servers.flatMap((server, shard) =>
      earlierThanLanesSay(
        this.ofTheTask(server),
        checkpoints,
        (slot) => cluster.owners[slot] === shard,
        cluster.carried,
      ),
    );
  }

  /** A target, or a node of one, but for what is its own. */
  private ofTheTask(holder: Holder): Holder {
    const { own } = this;
    // Which keys it has taken for the target's own nobody tells.
    if (own?.taken) return { keyspace: new Keyspace(), nowMs: holder.nowMs };
    return own ? { keyspace: own.without(holder.keyspace), nowMs: holder.nowMs } : holder;
  }

  /** All is well again: the task comes in step, and in the end the target can take the source's place. */
  private async settle(): Promise<void> {
    const { scheduler, source, target, writer } = this;
    this.history.note('world', 'all is well from here on');
    await this.until(3000, () => false);
    writer.finish();
    this.finishedMs = scheduler.nowMs;
    if (!this.engine) this.startEngine();
    // One that began before, and came to nothing yet, could still take the task over, and so could what it has sent.
    const earlier = this.engines.filter((one) => one !== this.engine);
    for (const one of earlier) one.kill();
    if (earlier.length > 0) await this.until(STRAGGLERS_MS, () => false);
    if (!this.engine) this.startEngine();
    const inStep = await this.until(PATIENCE_MS, () => this.inStep());
    if (this.faults.length > 0) return;
    if (!inStep) return this.wrong(`not in step ${PATIENCE_MS / 1000} s after all was well again`);
    await this.bringAsked();
    if (this.faults.length > 0) return;
    this.compare(true);
    this.wanted = false;
    const last = this.engine!;
    const released = this.random.chance(0.3);
    if (released) {
      last.kill();
      const release = this.startRelease();
      await this.until(STOP_PATIENCE_MS, () => !release.running);
      if (release.end?.code !== undefined || release.running) this.wrong('the target could not be released');
    } else {
      last.stop('drain');
      await this.until(STOP_PATIENCE_MS, () => !last.running);
      if (last.end?.outcome?.reason !== 'stopped') this.wrong('the run could not be stopped');
    }
    if (this.faults.length > 0) return;
    this.history.note(
      'world',
      `compared at ${source.sole.offset}, ${target.keyspace.databases.size} databases`,
    );
    this.compare(false, released);
    await scheduler.run(scheduler.nowMs);
  }

  /** Keys that were asked for are told of, and what was changed on the target can be mended by asking. */
  private async bringAsked(): Promise<void> {
    const { asked } = this;
    if (!asked) return;
    const settled = (ended: () => boolean): Promise<boolean> =>
      this.until(PATIENCE_MS, () => ended() && this.inStep());
    const fault = (await settled(() => asked.settled))
      ? await asked.bringAll(settled)
      : 'keys that were asked for were never told of';
    if (fault !== undefined && this.faults.length === 0) this.wrong(fault);
  }

  private until(forMs: number, ended: () => boolean): Promise<boolean> {
    return this.scheduler.run(this.scheduler.nowMs + forMs, () => this.faults.length > 0 || ended());
  }

  private inStep(): boolean {
    return this.clustered
      ? this.quietMs() >= QUIET_MS && this.hasAll()
      : this.engine?.phase === 'in-step' && this.hasAll();
  }

  /** The target vouches for all that the source has, and each slot of a cluster has a part that does. */
  private hasAll(): boolean {
    const { source, target } = this;
    const { cluster } = source;
    const checkpoints = cluster ? checkpointsOf(target, TASK) : [checkpointOf(target, TASK)];
    return source.servers.every(
      (server, shard) =>
        cluster?.owns(shard) === false ||
        checkpoints.some(
          (checkpoint) =>
            checkpoint?.get('replid') === server.replid &&
            checkpoint.get('fault') === '' &&
            Number(checkpoint.get('verified')) >= server.lastWriteOffset &&
            (!cluster || checkpoint.get('slots') === cluster.slotsOf(shard)),
        ),
    );
  }

  private get clustered(): boolean {
    return this.source.cluster !== undefined || this.target.cluster !== undefined;
  }

  /** How long the run has been in step, with a world in which nothing changes any more. */
  private quietMs(): number {
    const { engine, breaks } = this;
    const moves = [breaks?.shards.source, breaks?.shards.target].some(
      (shards) => (shards?.moves.underWay ?? 0) > 0,
    );
    if (engine?.phase !== 'in-step' || moves) return -Infinity;
    return this.scheduler.nowMs - Math.max(this.inStepMs, this.finishedMs);
  }

  private compare(late: boolean, released = false): void {
    const { source, target } = this;
    const [checkpoint] = checkpointsOf(target, TASK);
    const amounts = { smallMs: Number(checkpoint?.get('small')), longMs: Number(checkpoint?.get('long')) };
    // Once all is exact the checkpoint tells none.
    if (late) this.longMs = amounts.longMs;
    const drift = this.clustered ? CARRIED_MS : 0;
    // Times that a slot took along bear no mark any more; at its end a run asks the source about these, and a release does not.
    const unmarked = late ? this.clustered : released && target.cluster !== undefined;
    // A key that expires on the source while its target is handed over, and whose slot was carried.
    const left = !late && target.cluster && target.cluster.carried.size > 0 ? 2 * this.longMs : 0;
    const [wanted, present] = [this.databases.taken(source.keyspace), target.keyspace];
    for (const what of differences(
      { keyspace: wanted, nowMs: source.nowMs },
      { keyspace: this.own?.toCompare(present, wanted) ?? present, nowMs: target.nowMs },
      unmarked ? 'any' : late ? amounts : undefined,
      drift,
      left,
    ))
      this.wrong(what);
    for (const what of [...brokenWitnesses('target', present), ...(this.own?.touched(present) ?? [])])
      this.wrong(what);
    const all = checkpointsOf(target, TASK);
    if (
      !late &&
      (all.length === 0 || all.some((one) => one.get('expiry') !== 'exact' || one.get('active') !== '0'))
    )
      this.wrong('the checkpoint does not say that the target was handed over');
  }
}
