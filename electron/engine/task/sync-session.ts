import type { Limits, Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { describeReach } from '../../../shared/format/backlog-words.ts';
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
import { backlogReach, reachesBack } from '../watch/backlog-reach.ts';
import type { AskedKey } from '../repair/asked-keys.ts';
import { readInfo } from '../control/info.ts';
import { identityOf, partsAt } from '../control/server-facts.ts';
import { Deferred } from '../pacing/deferred.ts';
import { EvictionWatch } from '../watch/eviction-watch.ts';
import { Goal } from './goal.ts';
import { OriginsWatch } from '../claim/origins-watch.ts';
import { Pace, RateLimit } from '../pacing/pace.ts';
import { patiently } from '../pacing/patiently.ts';
import type { Run } from './run.ts';
import { RunEnd } from '../target/run-end.ts';
import type { Side } from '../control/control-connection.ts';
import { Servers } from '../target/servers.ts';
import { SourceInquiry } from '../source/source-inquiry.ts';
import { ReplicaReading } from './replica-reading.ts';
import { Sampler } from './sampler.ts';
import { ShownPhase } from '../events/shown-phase.ts';
import { SourceFeed } from '../intake/source-feed.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import { SourceLogs } from '../intake/source-log/source-logs.ts';
import { TargetSide } from './target-side.ts';
import type { TaskEvents } from '../events/task-events.ts';
import { TaskLog } from '../events/task-log.ts';
import type { PartGround, TaskPart } from '../source/task-part.ts';
import type { Trouble } from '../intake/trouble.ts';
import { isStray } from '../source/source-cluster.ts';
import { nextTurn, sleep } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { arenaBytes, besideSpoolBytes, WHOLE_SHARE, type MemoryShare } from '../pacing/memory-share.ts';

const DRAIN_LIMIT_MS = 10_000;
/** A source that does not answer by then is cut off all the same. */
const LOOK_BEFORE_CUT_MS = 500;
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
  private readonly done = new Deferred<Outcome['reason']>();
  private readonly goal: Goal;
  private readonly end: RunEnd;
  private stopping = false;
  /** It was asked to stop before it knew how far the task has come. */
  private stoppedEarly = false;
  private endReason: Outcome['reason'] = 'stopped';
  /** The source follows the target; what has come of it is applied when the pause ends. */
  private cutOverWaits = false;
  /** Nothing can be paused any more. */
  private ending = false;
  /** The source is taken for lost: what it had then that never came, once that is known. */
  private lost: Promise<Outcome['lost']> | undefined;
  /** It ends where it is, and another run of the same goes on from there at once. */
  private suspended = false;

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
    this.inquiry = new SourceInquiry({
      clock,
      read: (sections) => this.replicas?.choice.ask(...sections) ?? this.askSource(sections),
      tell: (text) => this.events.warning(text),
    });
    if (spec.functions === 'skip')
      this.leftOut = new LeftOutLibraries((name) => this.log.libraryLeftOut(name, this.leftOut?.count ?? 0));
    this.feed = new SourceFeed({
      world,
      source: spec.source,
      locate: (from) => this.replicas?.choice.find(from) ?? this.servers.findSource(),
      ofReplica: this.replicas !== undefined,
      rejoin: (from) => this.rejoin(from),
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
        if (trouble.error.code === 'SOURCE_NO_MASTER_LINK') void this.lookAtSource();
      },
      onFatal: (error) => this.sourceGone(error),
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
      onCopied: () => this.done.resolve('full-copy'),
      onCommitted: (offset) => this.goal.committed(offset),
      onAway: () => {
        this.sampler.faults += 1;
        this.log.nodeAway();
        this.lookAgain();
      },
      onTrouble: (trouble) => this.trouble(trouble),
      onFatal: (error) => this.done.reject(error),
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
        if (this.target.steady && !this.stopping && !this.ending) this.feed.meet();
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
        if (spec.until === 'caught-up') this.done.resolve('caught-up');
      },
      onEnd: () => this.done.resolve(this.endReason),
    });
    this.end = new RunEnd({
      ...{ world, spec, part, servers: this.servers, databases: this.databases, events: this.events },
    });
    this.origins = new OriginsWatch({
      spec,
      part,
      servers: this.servers,
      feed: this.feed,
      owner: () => this.target.progress.owner,
      paused: () => this.pace.paused,
      onLoop: (error) => this.done.reject(error),
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
      if (this.stoppedEarly && !this.part?.goesOn) throw this.interrupted();
      const from = await this.waitedFor(() => this.target.prepare());
      if (this.stoppedEarly) return await this.stoppedAtOnce();
      await this.origins.look();
      // Of two tasks that begin at the same moment the one that claims later sees the other.
      await this.waitedFor(() => this.servers.refuseLoop());
      if (this.part?.allClaimed) {
        // Who is stopped early is not waited for by the others, which are stopped as well.
        const next = await Promise.race([this.part.allClaimed(), this.done.promise]);
        if (typeof next === 'string') return await this.finish(next);
        if (next) this.target.progress.hasNoted(next);
      }
      if (from?.position) await this.tellReach(from.position);
      if (this.evictions.count > 0) this.log.evicted(this.evictions);
      this.sampler.start();
      this.servers.watch();
      this.replicas?.watch();
      await this.feed.restart(from?.position, from?.reason);
      const reason = await this.done.promise;
      return await this.finish(reason);
    } catch (error) {
      await this.release(AT_ONCE_MS).catch((cause: unknown) => this.end.failed(cause));
      const fault = asLockstepError(error);
      if (this.part?.goesOn && !this.target.progress.known && !isStray(fault)) this.end.failed(error);
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
    const ended = (): boolean => this.stoppedEarly;
    const isFinal = (error: LockstepError): boolean => isStray(error) && !this.target.progress.known;
    const onTrouble = (trouble: Trouble): void => this.trouble(trouble);
    return patiently({ clock, retryForMs, ended, isFinal, onTrouble }, attempt);
  }

  stop(how: Stop): void {
    if (!this.target.progress.known) {
      this.stoppedEarly = true;
      return;
    }
    if (!this.target.progress.standing) return this.done.reject(this.interrupted());
    if (how === 'now' || this.stopping || this.pace.paused || !this.target.streaming) {
      this.done.resolve('stopped');
      return;
    }
    this.stopping = true;
    // What is left of a source that is gone is applied whole.
    if (this.goal.last) return;
    if (how === 'cut') {
      this.lost = this.cut();
      return;
    }
    this.world.clock.setTimeout(() => this.done.resolve('stopped'), DRAIN_LIMIT_MS).unref();
    void this.goal.drain();
  }

  /** @returns what the source had then that never came; undefined where it could not be asked, or the run has ended before */
  private async cut(): Promise<Outcome['lost']> {
    const { clock } = this.world;
    // What never comes was written after the source told where it is, where all up to there has come.
    await Promise.race([this.sampler.sampleSource(), sleep(clock, LOOK_BEFORE_CUT_MS)]);
    await nextTurn(clock);
    if (this.ending) return undefined;
    const received = this.feed.receivedOffset;
    this.feed.leave('INTERRUPTED');
    const cutAtMs = clock.now();
    // Asked after that, since what it told before says nothing of what it wrote until then.
    const asking = this.sampler.sampleSource();
    this.log.cut();
    this.goal.drainReceived();
    return typeof (await asking) === 'number' ? this.sampler.behind(received, cutAtMs) : undefined;
  }

  /** Ends where it is, with expiry left as it is written: another run of the same goes on from there at once. */
  suspend(): void {
    this.suspended = true;
    this.done.resolve('stopped');
  }

  /** What keeps the task from being in step beside this run has changed. */
  lookAgain(): void {
    if (this.target.streaming && !this.goal.last && !this.pace.paused) void this.goal.sample();
  }

  /** It was asked to stop while it looked at how far the task has come. */
  private stoppedAtOnce(): Promise<Outcome> {
    if (!this.target.progress.standing) throw this.interrupted();
    return this.finish('stopped');
  }

  private interrupted(): LockstepError {
    const { known, fullCopies } = this.target.progress;
    const fact = !known
      ? 'nothing was changed, as it had not looked at the target yet; the next run goes on from where the task stands'
      : fullCopies > 0
        ? 'the full copy was not complete; it begins anew with the next run'
        : 'the full copy had not begun; it begins with the next run';
    return new LockstepError('INTERRUPTED', fact);
  }

  /**
   * Nothing more is sent to the target than what has begun: a batch of the stream, a value of a copy, a step of making ready.
   * The source's stream goes on into the spool, and is acknowledged as far as it is applied. When the spool is full, the link
   * is closed; then and with any other fault of either side that may heal, nothing is given up before `resume`.
   */
  pause(): void {
    if (this.pace.paused || this.goal.last || this.ending) return;
    this.pace.paused = true;
    this.goal.drop();
    this.feed.pause();
    this.target.pause();
    this.log.paused();
    this.events.pause();
  }

  resume(): void {
    if (!this.pace.paused || this.ending) return;
    this.pace.paused = false;
    this.log.resumed();
    this.feed.resume();
    this.target.resume();
    this.events.resume();
    if (this.cutOverWaits) this.cutOver();
  }

  answer(question: TaskQuestion, agreed: boolean): void {
    this.target.answer(question, agreed);
  }

  repair(keys: readonly AskedKey[]): void {
    if (this.ending || !this.target.repair(keys))
      for (const key of keys)
        key.settle('not-done', this.ending ? 'the task ends' : 'too many keys are asked for already');
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

  /**
   * After a failover by hand the old primary serves on for a while, and what it sends until we leave it (at least the greetings
   * that Sentinels publish there) its successor never had. Where that changed nothing on the target, the stream goes on from
   * where the two parted, instead of a full copy.
   */
  private async rejoin(from: StreamPosition): Promise<StreamPosition> {
    const info = await this.askSource(['replication']);
    const fork = info && partsAt(identityOf(info), from.replid);
    if (fork === undefined || fork >= from.offset) return from;
    const to = await this.target.stepBack(fork);
    return to ?? from;
  }

  metrics(phase: Phase): Metrics {
    return this.sampler.metrics(phase);
  }

  get handedOver(): boolean {
    return this.end.handedOver;
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

  /** The source has no primary: perhaps because somebody makes it a replica of the target, which ends the task. */
  private async lookAtSource(): Promise<void> {
    try {
      await this.servers.refuseRelated();
    } catch (error) {
      const followsTarget = error instanceof LockstepError && error.code === 'SOURCE_IS_TARGET';
      if (followsTarget && !this.cutOverWaits) this.sourceGone(error);
    }
  }

  private sourceGone(error: LockstepError): void {
    if (this.ending) return;
    const { relation } = this.servers;
    const moved = relation === 'source-follows' || relation === 'one-server';
    if (error.code !== 'SOURCE_IS_TARGET' || !moved || !this.target.progress.standing || this.cutOverWaits)
      return this.done.reject(error);
    this.cutOverWaits = true;
    this.feed.leave('SOURCE_IS_TARGET');
    this.log.cutOver(relation, this.pace.paused, this.sampler.sourceOffset - this.feed.receivedOffset);
    if (!this.pace.paused) this.cutOver();
  }

  /**
   * What had come of the source's own history is applied, however long that takes, as it is nowhere else any more; then the
   * target is handed over.
   */
  private cutOver(): void {
    this.endReason = 'cut-over';
    this.goal.drainReceived();
  }

  private trouble(trouble: Trouble): void {
    this.sampler.faults += 1;
    this.events.phase('reconnecting');
    this.log.trouble(trouble);
    if (trouble.error.code === 'SOURCE_LINK_LOST') void this.inquiry.broke();
  }

  /** What the source tells of itself; undefined where it cannot be asked. */
  private async askSource(sections: readonly string[]): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      return await readInfo(await this.servers.openSource(), ...sections);
    } catch {
      return undefined;
    }
  }

  private async finish(reason: Outcome['reason']): Promise<Outcome> {
    await this.target.rest();
    // What was evicted since the last look, a second ago, is not to be missing from the outcome.
    await this.sampler.lookForEvictions().catch(() => undefined);
    const lost = await this.lost;
    const outcome: Outcome = {
      reason,
      resumable: reason !== 'full-copy' && !this.cutOverWaits,
      ...(this.target.progress.checkpointed ?? {
        replid: this.feed.replid,
        offset: this.target.progress.appliedOffset,
      }),
      keysCopied: this.target.keysCopied,
      commandsApplied: this.target.applied.commandsApplied,
      fullCopies: this.target.progress.fullCopies,
      evictedKeys: this.evictions.count,
      ...(lost && { lost }),
    };
    if (this.suspended) {
      this.goal.drop();
      await this.origins.end();
      await this.target.stopWriting();
      return outcome;
    }
    this.log.slotsMissing(this.target.progress.missingSlots);
    const unapplied = this.feed.receivedOffset - this.target.progress.appliedOffset;
    if (this.cutOverWaits && unapplied > 0) this.log.leftOut(unapplied);
    await this.release();
    await Promise.all([outcome.resumable && !this.lost && this.tellResumable(), this.sampler.lookLast()]);
    this.events.phase('ended');
    return outcome;
  }

  /** Before the source is asked to go on: a snapshot costs it something, and what it leads to had better be known by then. */
  private async tellReach(position: StreamPosition): Promise<void> {
    // Where the source cannot be asked, its answer to PSYNC tells.
    const reached = await (this.replicas?.choice.reach(position) ?? this.sourceReaches(position)).catch(
      () => undefined,
    );
    if (reached !== false) return this.log.goingOn(position.offset);
    this.events.warning(
      `The source no longer holds what follows offset ${position.offset}: a new full copy will be made. What the target holds stays as it is until the snapshot is here whole; then each key is replaced, and those that the source no longer has are removed`,
    );
  }

  private async sourceReaches(position: StreamPosition): Promise<boolean | undefined> {
    return reachesBack(await readInfo(await this.servers.openSource(), 'replication'), position);
  }

  private async tellResumable(): Promise<void> {
    const redis = this.servers.source;
    if (!redis) return;
    try {
      const reach = backlogReach(await readInfo(redis, 'replication'), this.sampler.sourceBytesPerSecond);
      if (reach) this.events.info(describeReach(reach));
    } catch {
      // It has gone away meanwhile; that is told elsewhere when it matters.
    }
  }

  /** Hands the target over: nothing more is written, and every expiry is made exact. */
  private async release(insistMs?: number): Promise<void> {
    this.ending = true;
    this.goal.drop();
    this.events.end();
    // The hand-over notes how often the target was written to by then.
    await this.origins.end();
    await this.end.run(await this.target.stopWriting(), insistMs);
  }
}
