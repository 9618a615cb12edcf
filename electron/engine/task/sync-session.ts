import type { Limits, Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { createArena, type Arena } from '../arena/arena.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { RunMemory } from '../log/log-memory.ts';
import { requireSpoolParent, SpoolFolder } from '../log/spool-folder.ts';
import { sweepSpools } from '../log/sweep-spools.ts';
import { LeftOutLibraries } from '../commands/left-out-libraries.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import type { AskedKey } from '../repair/asked-keys.ts';
import { EvictionWatch } from '../watch/eviction-watch.ts';
import { Goal } from './goal.ts';
import { OriginsWatch } from '../claim/origins-watch.ts';
import { Pace, RateLimit } from '../pacing/pace.ts';
import { patiently } from '../pacing/patiently.ts';
import type { Run } from './run.ts';
import type { Side } from '../control/control-connection.ts';
import { Servers } from '../target/servers.ts';
import { SourceInquiry } from '../source/source-inquiry.ts';
import { ReplicaReading } from './replica-reading.ts';
import { LastSteps } from './last-steps.ts';
import { Sampler } from './sampler.ts';
import { ShownPhase } from '../events/shown-phase.ts';
import { SourceFeed } from '../intake/source-feed.ts';
import { SourceLogs } from '../intake/source-log/source-logs.ts';
import { SourceReach } from './source-reach.ts';
import { TargetSide } from './target-side.ts';
import { WaysOut } from './ways-out.ts';
import type { TaskEvents } from '../events/task-events.ts';
import { TaskLog } from '../events/task-log.ts';
import type { PartGround, TaskPart } from '../source/task-part.ts';
import type { Trouble } from '../intake/trouble.ts';
import { isStray } from '../source/source-cluster.ts';
import type { World } from '../world/world.ts';
import { arenaBytes, besideSpoolBytes, WHOLE_SHARE, type MemoryShare } from '../pacing/memory-share.ts';

/** A run that a fault has ended tries once to make expiry exact: it has been patient before. */
const AT_ONCE_MS = 0;

export interface SessionSetting {
  /** What the runs of this process read their sources by; left out, this run reads its source by itself. */
  readonly logs?: SourceLogs | undefined;
  /** Where its memory comes from, with so many bytes that nobody else uses. */
  readonly makeArena?: ((bytes: number) => Arena) | undefined;
  /** Of this machine's memory; left out where there is no other feed beside it. */
  readonly memory?: MemoryShare | undefined;
  /** Shared with the other parts of the task. */
  readonly limit?: RateLimit | undefined;
  readonly part?: (TaskPart & Partial<PartGround>) | undefined;
}

/** One run of a task that has one server for its source, or of a part of one, from the first connection to its outcome. */
export class SyncSession implements Run {
  private readonly world: World;
  private readonly spec: TaskSpec;
  private readonly part: SessionSetting['part'];
  private readonly events: ShownPhase;
  private readonly log: TaskLog;
  private readonly pace: Pace;
  private readonly databases: DatabaseChoice;
  private readonly servers: Servers;
  /** Undefined where the source itself is read. */
  private readonly replicas: ReplicaReading | undefined;
  private readonly inquiry: SourceInquiry;
  private readonly evictions = new EvictionWatch();
  /** Undefined where the task is not to go without any. */
  private readonly leftOut: LeftOutLibraries | undefined;
  private readonly feed: SourceFeed;
  private readonly target: TargetSide;
  private readonly origins: OriginsWatch;
  readonly sampler: Sampler;
  private readonly goal: Goal;
  private readonly reach: SourceReach;
  private readonly out: WaysOut;
  private readonly last: LastSteps;

  constructor(world: World, spec: TaskSpec, events: TaskEvents, setting: SessionSetting = {}) {
    const { clock } = world;
    const { memory = WHOLE_SHARE, part, makeArena = createArena } = setting;
    const arena = makeArena(setting.logs ? besideSpoolBytes(memory) : arenaBytes(memory));
    const { logs = new SourceLogs(world, new RunMemory(arena, memory.spool)) } = setting;
    this.part = part;
    this.world = world;
    this.spec = spec;
    this.events = new ShownPhase(events);
    this.log = new TaskLog(clock, this.events);
    const { maxCommandsPerSecond, maxBytesPerSecond = 0 } = spec;
    const { limit = new RateLimit({ maxCommandsPerSecond, maxBytesPerSecond }, clock.now()) } = setting;
    this.pace = new Pace(limit);
    this.databases = DatabaseChoice.of(spec);
    this.servers = new Servers(world, spec, (...where) => this.located(...where), part?.shard);
    if (part?.shard) part.shard.onLocated = (at, before) => this.located('source', at, before);
    this.replicas = ReplicaReading.of(spec, part?.shard, {
      ...{ world, servers: this.servers, events: this.events },
      ...{ feed: () => this.feed, sampler: () => this.sampler },
    });
    const { replicas } = this;
    this.reach = new SourceReach({
      ...{ servers: this.servers, replicas, events: this.events, log: this.log },
      ...{ sampler: () => this.sampler, target: () => this.target },
    });
    this.inquiry = new SourceInquiry({
      clock,
      read: (sections) => replicas?.choice.ask(...sections) ?? this.reach.ask(sections),
      tell: (text) => this.events.warning(text),
    });
    if (spec.functions === 'skip')
      this.leftOut = new LeftOutLibraries((name) => this.log.libraryLeftOut(name, this.leftOut?.count ?? 0));
    this.feed = new SourceFeed({
      world,
      source: spec.source,
      locate: (from) => this.replicas?.choice.find(from) ?? this.servers.findSource(),
      ofReplica: this.replicas !== undefined,
      rejoin: (from) => this.reach.rejoin(from),
      logs,
      size: memory.spool,
      newFolder: () => new SpoolFolder(spec.spoolDir, spec.spoolMaxBytes),
      retryForMs: spec.retryForMs,
      goesOn: part?.goesOn ?? false,
      appliedOffset: () => this.target.progress.appliedOffset,
      position: () => this.target.progress.position,
      admit: (replid) => this.admit(replid),
      onFullSync: (start, reason) => this.target.beginCopy(start, reason),
      onResumed: (replid) => this.target.sourceResumed(replid),
      onReset: () => this.target.reset(),
      holdsWhole: () => this.target.holdsWhole,
      onStalled: () => this.log.stalled(spec.spoolMaxBytes),
      onReadable: () => this.target.pump(),
      onTrouble: (trouble) => {
        this.trouble(trouble);
        if (trouble.error.code === 'SOURCE_NO_MASTER_LINK') void this.out.lookAtSource();
      },
      onFatal: (error) => this.out.sourceGone(error),
    });
    this.target = new TargetSide({
      world,
      spec,
      ...{ arena, memory, makeArena },
      part,
      databases: this.databases,
      servers: this.servers,
      feed: this.feed,
      events: this.events,
      pace: this.pace,
      evictions: this.evictions,
      leftOut: this.leftOut,
      onCopying: (again) => this.log.copying(again, this.sampler.sourceKeys),
      onStreaming: () => void this.goal.sample(),
      onCopied: () => this.out.done.resolve('full-copy'),
      onCommitted: (offset) => this.goal.committed(offset),
      onAway: () => {
        this.sampler.faults += 1;
        this.log.nodeAway();
        this.lookAgain();
      },
      onTrouble: (trouble) => this.trouble(trouble),
      onFatal: (error) => this.out.done.reject(error),
    });
    this.sampler = new Sampler({
      clock,
      servers: this.servers,
      databases: this.databases,
      feed: this.feed,
      target: this.target,
      evictions: this.evictions,
      leftOut: this.leftOut,
      onEvicted: () => this.log.evicted(this.evictions),
      onOffset: (offset, nth) => this.goal.told(offset, nth),
      onStanding: () => this.sourceStands(),
      onLook: () => {
        void this.origins.look();
        if (this.target.steady && !this.out.stopping && !this.out.ending) this.feed.meet();
      },
    });
    this.goal = new Goal({
      feed: this.feed,
      target: this.target,
      sampler: this.sampler,
      pace: this.pace,
      events: this.events,
      settled: () => (part?.settled?.() ?? true) && this.target.complete && !this.target.partial,
      confirm: part?.confirm,
      onInStep: () => {
        this.events.phase('in-step');
        this.log.inStep();
        if (spec.until === 'caught-up') this.out.done.resolve('caught-up');
      },
      onEnd: () => this.out.reached(),
    });
    this.origins = new OriginsWatch({
      spec,
      part,
      servers: this.servers,
      feed: this.feed,
      owner: () => this.target.progress.owner,
      paused: () => this.pace.paused,
      onLoop: (error) => this.out.done.reject(error),
    });
    const { servers, databases, feed, target, sampler, goal, pace, log, evictions, origins, reach } = this;
    this.out = new WaysOut({ clock, servers, feed, target, sampler, goal, pace, log });
    this.last = new LastSteps({
      ground: { world, spec, part, servers, databases, events: this.events },
      ...{ out: this.out, feed, target, sampler, evictions, goal, origins, reach, log },
      events: this.events,
    });
  }

  /** Whether its source is found to be a node of a cluster. @throws LockstepError when it cannot be asked */
  async isOfCluster(): Promise<boolean> {
    await this.servers.openSource();
    return this.servers.sourceIsCluster;
  }

  /** Nothing comes of it, and nothing was begun. */
  async leave(): Promise<void> {
    this.target.close();
    await this.feed.close();
    this.servers.close();
  }

  async run(): Promise<Outcome> {
    try {
      this.events.phase('connecting');
      requireSpoolParent(this.spec.spoolDir);
      sweepSpools(this.spec.spoolDir);
      await this.waitedFor(() => this.servers.open(this.databases));
      if (this.servers.facts.source.cluster && !this.part)
        throw new LockstepError('INTERNAL', 'a cluster is the source of a run that is no part of its task');
      this.log.connected(this.servers.at, this.servers.facts, this.servers.cluster?.primaries.length);
      // What a run of the same has left on the target is still to be handed over.
      if (this.out.stoppedEarly && !this.part?.goesOn) throw this.out.interrupted();
      const from = await this.waitedFor(() => this.target.prepare());
      if (this.out.stoppedEarly) return await this.stoppedAtOnce();
      await this.origins.look();
      // Of two tasks that begin at the same moment the one that claims later sees the other.
      await this.waitedFor(() => this.servers.refuseLoop());
      if (this.part?.allClaimed) {
        // Who is stopped early is not waited for by the others, which are stopped as well.
        const next = await Promise.race([this.part.allClaimed(), this.out.done.promise]);
        if (typeof next === 'string') return await this.last.finish(next);
        if (next) this.target.progress.hasNoted(next);
      }
      if (from?.position) await this.reach.tellReach(from.position);
      if (this.evictions.count > 0) this.log.evicted(this.evictions);
      this.sampler.start();
      this.servers.watch();
      this.replicas?.watch();
      await this.feed.restart(from?.position, from?.reason);
      const reason = await this.out.done.promise;
      return await this.last.finish(reason);
    } catch (error) {
      await this.last.release(AT_ONCE_MS).catch((cause: unknown) => this.last.end.failed(cause));
      const fault = asLockstepError(error);
      if (this.part?.goesOn && !this.target.progress.known && !isStray(fault)) this.last.end.failed(error);
      // Neither side is waited for once more.
      if (this.feed.connected && fault.code !== 'RETRY_EXHAUSTED') await this.sampler.lookLast();
      throw fault;
    } finally {
      this.sampler.stop();
      this.replicas?.close();
      this.target.close();
      await this.feed.close();
      this.servers.close();
    }
  }

  private async admit(replid: string): Promise<void> {
    await this.servers.refuseRelated(replid);
    await this.replicas?.choice.requireHistory(replid);
  }

  /** A fault ends a task that begins, and is waited for by one that has begun. @throws LockstepError */
  private waitedFor<T>(attempt: () => Promise<T>): Promise<T> {
    if (!this.part?.goesOn) return attempt();
    const { clock } = this.world;
    const { retryForMs } = this.spec;
    const ended = (): boolean => this.out.stoppedEarly;
    const isFinal = (error: LockstepError): boolean => isStray(error) && !this.target.progress.known;
    const onTrouble = (trouble: Trouble): void => this.trouble(trouble);
    return patiently({ clock, retryForMs, ended, isFinal, onTrouble }, attempt);
  }

  stop(how: Stop): void {
    this.out.stop(how);
  }

  /** See WaysOut. */
  suspend(): void {
    this.out.suspend();
  }

  /** What keeps the task from being in step beside this run has changed. */
  lookAgain(): void {
    if (this.target.streaming && !this.goal.last && !this.pace.paused) void this.goal.sample();
  }

  /** It was asked to stop while it looked at how far the task has come. */
  private stoppedAtOnce(): Promise<Outcome> {
    if (!this.target.progress.standing) throw this.out.interrupted();
    return this.last.finish('stopped');
  }

  /**
   * Nothing more is sent to the target than what has begun: a batch of the stream, a value of a copy, a step of making ready.
   * The source's stream goes on into the spool, and is acknowledged as far as it is applied. When the spool is full, the link
   * is closed; then and with any other fault of either side that may heal, nothing is given up before `resume`.
   */
  pause(): void {
    if (this.pace.paused || this.goal.last || this.out.ending) return;
    this.pace.paused = true;
    this.goal.drop();
    this.feed.pause();
    this.target.pause();
    this.log.paused();
    this.events.pause();
  }

  resume(): void {
    if (!this.pace.paused || this.out.ending) return;
    this.pace.paused = false;
    this.log.resumed();
    this.feed.resume();
    this.target.resume();
    this.events.resume();
    this.out.resumed();
  }

  answer(question: TaskQuestion, agreed: boolean): void {
    this.target.answer(question, agreed);
  }

  repair(keys: readonly AskedKey[]): void {
    const { ending } = this.out;
    if (ending || !this.target.repair(keys))
      for (const key of keys)
        key.settle('not-done', ending ? 'the task ends' : 'too many keys are asked for already');
  }

  /** Once it has ended: keys that it was asked for and has not brought. */
  takeAsked(): readonly AskedKey[] {
    return this.target.takeAsked();
  }

  setLimits(limits: Limits): void {
    this.pace.set(limits);
    this.log.limits(limits);
    this.target.pump();
  }

  /** Sentinels, or the nodes of a cluster, have named a primary. Where it is another one than before, nothing more is done with that one. */
  private located(side: Side, endpoint: Endpoint, before: Endpoint | undefined): void {
    this.log.located(side, endpoint, before);
    if (!before) return;
    if (side === 'source') {
      this.servers.forgetSource();
      return this.replicas?.staysLinked ? undefined : this.feed.relocated(endpoint);
    }
    this.servers.forgetTarget();
    this.target.relocated(endpoint);
  }

  metrics(phase: Phase): Metrics {
    return this.sampler.metrics(phase);
  }

  get handedOver(): boolean {
    return this.last.end.handedOver;
  }

  /** As far as this run knows it; undefined before it has looked at the target. */
  get checkpoint(): Checkpoint | undefined {
    return this.target.progress.checkpoint;
  }

  /** How many keys of the tool's own this run keeps on the target. */
  get ownKeys(): number {
    return this.target.ownKeys;
  }

  /** Where the primary is that it follows, or the replica of it that is read. */
  get sourceAt(): Endpoint {
    return this.replicas?.choice.at ?? this.servers.at.source;
  }

  get readsReplica(): boolean {
    return this.replicas?.choice.replica !== undefined;
  }

  get resumable(): boolean {
    return this.target.everStreaming;
  }

  /** The source has lost its primary, so nobody is in step; or has it again, so what it has now is to be reached. */
  private sourceStands(): void {
    const { standing } = this.sampler;
    if (!standing.orphaned) {
      this.log.primaryBack();
      return this.lookAgain();
    }
    this.log.primaryLost(standing, this.readsReplica ? this.sourceAt : undefined);
    this.goal.lost();
    if (!this.goal.last && this.target.streaming) this.events.phase('reconnecting');
  }

  private trouble(trouble: Trouble): void {
    this.sampler.faults += 1;
    this.events.phase('reconnecting');
    this.log.trouble(trouble);
    if (trouble.error.code === 'SOURCE_LINK_LOST') void this.inquiry.broke();
  }
}
