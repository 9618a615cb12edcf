import type { Limits, Outcome } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError, plainReason } from '../../../shared/errors/plain-reason.ts';
import { describeReach } from '../../../shared/format/backlog-words.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { createArena, type Arena } from '../arena/arena.ts';
import { requireSpoolParent, SpoolFolder } from '../log/spool-folder.ts';
import { sweepSpools } from '../log/sweep-spools.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { dropClaim } from '../checkpoint/claim.ts';
import { LeftOutLibraries } from '../commands/left-out-libraries.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { forgetStandingKeys } from '../checkpoint/ownership.ts';
import { backlogReach, reachesBack } from './backlog-reach.ts';
import { coded } from '../control/control-connection.ts';
import { readInfo } from '../control/info.ts';
import { identityOf, partsAt } from '../control/server-facts.ts';
import { Deferred } from './deferred.ts';
import { EvictionWatch } from './eviction-watch.ts';
import { handOver } from './hand-over.ts';
import { insist } from './insist.ts';
import { OriginsWatch } from './origins-watch.ts';
import { Pace } from './pace.ts';
import type { Side } from '../control/control-connection.ts';
import { Servers } from './servers.ts';
import { SourceInquiry } from './source-inquiry.ts';
import { Sampler } from './sampler.ts';
import { ShownPhase } from './shown-phase.ts';
import { SourceFeed, type StreamPosition } from '../intake/source-feed.ts';
import { TargetSide } from './target-side.ts';
import type { TaskEvents } from './task-events.ts';
import { TaskLog } from './task-log.ts';
import type { TaskPart } from './task-part.ts';
import type { Trouble } from '../intake/trouble.ts';
import type { World } from '../world/world.ts';

/** Spool chunks (60 MB), output buffers (7 MB), checksum tables. */
export const ARENA_BYTES = 72 * 1024 * 1024;
const DRAIN_LIMIT_MS = 10_000;
/** A run that a fault has ended tries once to make expiry exact: it has been patient before. */
const AT_ONCE_MS = 0;

export interface SessionSetting {
  /** ARENA_BYTES that nobody else uses. */
  readonly arena?: Arena | undefined;
  readonly part?: TaskPart | undefined;
}

/** One run of a task that has one server for its source, or of a part of one, from the first connection to its outcome. */
export class SyncSession {
  private readonly world: World;
  private readonly spec: TaskSpec;
  private readonly events: ShownPhase;
  private readonly log: TaskLog;
  private readonly pace: Pace;
  private readonly databases: DatabaseChoice;
  private readonly servers: Servers;
  private readonly inquiry: SourceInquiry;
  private readonly evictions = new EvictionWatch();
  private readonly folder: SpoolFolder;
  /** Undefined where the task is not to go without any. */
  private readonly leftOut: LeftOutLibraries | undefined;
  private readonly feed: SourceFeed;
  private readonly target: TargetSide;
  private readonly origins: OriginsWatch;
  readonly sampler: Sampler;
  private readonly done = new Deferred<Outcome['reason']>();
  private goal: number | undefined;
  /** Since it has been catching up: how often the source had been asked by then. What it was asked before says nothing of now. */
  private catchesUpSince = 0;
  /** What has to be reached is not known yet: the source tells as soon as it can be asked. */
  private goalWanted = false;
  private stopping = false;
  /** It was asked to stop before it knew how far the task has come. */
  private stoppedEarly = false;
  /** Nothing is left to be done once the goal is reached. */
  private endsAtGoal = false;
  private endReason: Outcome['reason'] = 'stopped';
  /** The source follows the target; what has come of it is applied when the pause ends. */
  private cutOverWaits = false;
  private reached = false;
  /** Nothing can be paused any more. */
  private ending = false;
  /** Every expiry on the target is exact, whatever the run ended with. */
  handedOver = false;

  constructor(world: World, spec: TaskSpec, events: TaskEvents, setting: SessionSetting = {}) {
    const { clock } = world;
    const { arena = createArena(ARENA_BYTES), part } = setting;
    this.world = world;
    this.spec = spec;
    this.events = new ShownPhase(events);
    this.log = new TaskLog(clock, this.events);
    const { maxCommandsPerSecond, maxBytesPerSecond = 0 } = spec;
    this.pace = new Pace({ maxCommandsPerSecond, maxBytesPerSecond }, clock.now());
    this.databases = new DatabaseChoice(spec.databases);
    this.servers = new Servers(world, spec, (...where) => this.located(...where));
    this.inquiry = new SourceInquiry({
      clock,
      read: (sections) => this.askSource(sections),
      tell: (text) => this.events.warning(text),
    });
    if (spec.functions === 'skip')
      this.leftOut = new LeftOutLibraries((name) => this.log.libraryLeftOut(name, this.leftOut?.count ?? 0));
    this.folder = new SpoolFolder(spec.spoolDir, spec.spoolMaxBytes);
    this.feed = new SourceFeed({
      world,
      locate: () => this.servers.findSource(),
      rejoin: (from) => this.rejoin(from),
      arena,
      folder: this.folder,
      retryForMs: spec.retryForMs,
      appliedOffset: () => this.target.appliedOffset,
      position: () => this.target.position,
      admit: (replid) => this.servers.refuseRelated(replid),
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
      arena,
      part,
      databases: this.databases,
      servers: this.servers,
      feed: this.feed,
      events: this.events,
      pace: this.pace,
      evictions: this.evictions,
      leftOut: this.leftOut,
      onCopying: (again) => this.log.copying(again, this.sampler.sourceKeys),
      onStreaming: () => void this.sampleGoal(),
      onCopied: () => this.done.resolve('full-copy'),
      onCommitted: (offset) => this.committed(offset),
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
      onOffset: (offset, nth) => {
        if (this.goalWanted && nth > this.catchesUpSince) this.pursue(offset);
      },
      onStanding: () => this.sourceStands(),
      onLook: () => void this.origins.look(),
    });
    this.origins = new OriginsWatch({
      spec,
      servers: this.servers,
      feed: this.feed,
      owner: () => this.target.owner,
      paused: () => this.pace.paused,
      onLoop: (error) => this.done.reject(error),
    });
  }

  /** Runs to the end. @throws LockstepError */
  async run(): Promise<Outcome> {
    try {
      this.events.phase('connecting');
      requireSpoolParent(this.spec.spoolDir);
      sweepSpools(this.spec.spoolDir);
      await this.servers.open(this.databases);
      this.log.connected(this.servers.at, this.servers.facts, this.servers.cluster?.primaries.length);
      if (this.stoppedEarly) throw this.interrupted();
      const from = await this.target.prepare();
      if (this.stoppedEarly) return await this.stoppedAtOnce();
      await this.origins.look();
      // Of two tasks that begin at the same moment the one that claims later sees the other.
      await this.servers.refuseLoop();
      if (from?.position) await this.tellReach(from.position);
      if (this.evictions.count > 0) this.log.evicted(this.evictions);
      this.sampler.start();
      this.servers.watch();
      await this.feed.restart(from?.position, from?.reason);
      const reason = await this.done.promise;
      return await this.finish(reason);
    } catch (error) {
      await this.release(AT_ONCE_MS).catch((cause: unknown) => this.notReleased(cause));
      const fault = asLockstepError(error);
      // Neither side is waited for once more.
      if (this.feed.connected && fault.code !== 'RETRY_EXHAUSTED') await this.sampler.lookLast();
      throw fault;
    } finally {
      this.sampler.stop();
      this.target.close();
      await this.feed.close();
      this.folder.close();
      this.servers.close();
    }
  }

  /**
   * `drain` applies what the source has written so far, within 10 s; `now` ends at the last checkpoint, and so does `drain`
   * while the task is paused. Either way expiry on the target is made exact then.
   */
  stop(how: 'drain' | 'now'): void {
    if (!this.target.known) {
      this.stoppedEarly = true;
      return;
    }
    if (!this.target.standing) return this.done.reject(this.interrupted());
    if (how === 'now' || this.stopping || this.pace.paused || !this.target.streaming) {
      this.done.resolve('stopped');
      return;
    }
    this.stopping = true;
    // What is left of a source that is gone is applied whole.
    if (this.endsAtGoal) return;
    this.endsAtGoal = true;
    this.goal = undefined;
    this.world.clock.setTimeout(() => this.done.resolve('stopped'), DRAIN_LIMIT_MS).unref();
    void this.drain();
  }

  /** It was asked to stop while it looked at how far the task has come. */
  private stoppedAtOnce(): Promise<Outcome> {
    if (!this.target.standing) throw this.interrupted();
    return this.finish('stopped');
  }

  private interrupted(): LockstepError {
    const { known, fullCopies } = this.target;
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
    if (this.pace.paused || this.endsAtGoal || this.ending) return;
    this.pace.paused = true;
    this.goal = undefined;
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

  /** To a question as it was told; nothing when another is asked by now, or none. */
  answer(question: TaskQuestion, agreed: boolean): void {
    this.target.answer(question, agreed);
  }

  /** Holds from now on, for the copy and the stream. */
  setLimits(limits: Limits): void {
    this.pace.set(limits);
    this.log.limits(limits);
    this.target.pump();
  }

  /** What the source has written by now may still be on its way, so the source is asked, unless it is out of reach. */
  private async drain(): Promise<void> {
    const offset = this.feed.connected ? await this.sampler.sampleSource() : undefined;
    this.goal = Math.max(typeof offset === 'number' ? offset : 0, this.feed.receivedOffset);
    this.target.hurry(this.goal);
    this.committed(this.target.appliedOffset);
  }

  /** Sentinels have named a primary. Where it is another one than before, nothing more is done with that one. */
  private located(side: Side, endpoint: Endpoint, before: Endpoint | undefined): void {
    this.log.located(side, endpoint, before);
    if (!before) return;
    if (side === 'source') {
      this.servers.forgetSource();
      return this.feed.relocated(endpoint);
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

  /** True once this run has written anything that a later one can go on from. */
  get resumable(): boolean {
    return this.target.everStreaming;
  }

  private committed(offset: number): void {
    if (this.goal === undefined || offset < this.goal) return;
    if (this.endsAtGoal) return this.done.resolve(this.endReason);
    if (this.sampler.standing.orphaned) return;
    if (!this.reached) {
      this.reached = true;
      this.events.phase('in-step');
      this.log.inStep();
      if (this.spec.until === 'caught-up') this.done.resolve('caught-up');
    }
  }

  /** What the source has now is what must be applied to be in step. */
  private async sampleGoal(): Promise<void> {
    this.reached = false;
    // What was to be reached before says nothing of now.
    if (!this.endsAtGoal) this.goal = undefined;
    this.goalWanted = false;
    const since = this.sampler.asked;
    this.catchesUpSince = since;
    // Without the source nobody knows what it has; when it is back, this is asked again.
    if (!this.feed.connected) return this.events.phase('reconnecting');
    this.events.phase('catching-up');
    const offset = await this.sampler.sampleSource();
    if (since !== this.catchesUpSince) return;
    if (offset === 'unheard') this.goalWanted = true;
    else this.pursue(offset === 'untold' ? this.feed.receivedOffset : offset);
  }

  /** Having the source up to here is being in step. */
  private pursue(offset: number): void {
    this.goalWanted = false;
    if (this.endsAtGoal || this.pace.paused || !this.target.streaming) return;
    // A source that has lost its own primary does not have what there is.
    if (this.sampler.standing.orphaned) return this.events.phase('reconnecting');
    this.goal = offset;
    this.target.hurry(this.goal);
    this.committed(this.target.appliedOffset);
  }

  /** The source has lost its primary, so nobody is in step; or has it again, so what it has now is to be reached. */
  private sourceStands(): void {
    const { standing } = this.sampler;
    if (!standing.orphaned) {
      this.log.primaryBack();
      if (this.target.streaming && !this.endsAtGoal && !this.pace.paused) void this.sampleGoal();
      return;
    }
    this.log.primaryLost(standing);
    this.reached = false;
    if (this.endsAtGoal) return;
    this.goal = undefined;
    if (this.target.streaming) this.events.phase('reconnecting');
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
    if (error.code !== 'SOURCE_IS_TARGET' || !moved || !this.target.standing || this.cutOverWaits)
      return this.done.reject(error);
    this.cutOverWaits = true;
    this.feed.leave();
    this.log.cutOver(relation, this.pace.paused, this.sampler.sourceOffset - this.feed.receivedOffset);
    if (!this.pace.paused) this.cutOver();
  }

  /**
   * What had come of the source's own history is applied, however long that takes, as it is nowhere else any more; then the
   * target is handed over.
   */
  private cutOver(): void {
    this.endsAtGoal = true;
    this.endReason = 'cut-over';
    this.events.phase('catching-up');
    this.goal = this.feed.receivedOffset;
    this.target.hurry(this.goal);
    this.committed(this.target.appliedOffset);
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
    const outcome: Outcome = {
      reason,
      resumable: reason !== 'full-copy' && !this.cutOverWaits,
      ...(this.target.checkpointed ?? { replid: this.feed.replid, offset: this.target.appliedOffset }),
      keysCopied: this.target.keysCopied,
      commandsApplied: this.target.applied.commandsApplied,
      fullCopies: this.target.fullCopies,
      evictedKeys: this.evictions.count,
    };
    const unapplied = this.feed.receivedOffset - this.target.appliedOffset;
    if (this.cutOverWaits && unapplied > 0) this.log.leftOut(unapplied);
    await this.release();
    await Promise.all([outcome.resumable && this.tellResumable(), this.sampler.lookLast()]);
    this.events.phase('ended');
    return outcome;
  }

  /** Before the source is asked to go on: a snapshot costs it something, and what it leads to had better be known by then. */
  private async tellReach(position: StreamPosition): Promise<void> {
    // Where the source cannot be asked, its answer to PSYNC tells.
    const info = await this.servers
      .openSource()
      .then((redis) => readInfo(redis, 'replication'))
      .catch(() => undefined);
    const reached = info && reachesBack(info, position);
    if (reached !== false) return this.log.goingOn(position.offset);
    this.events.warning(
      `The source no longer holds what follows offset ${position.offset}: a new full copy will be made. What the target holds stays as it is until the snapshot is here whole; then each key is replaced, and those that the source no longer has are removed`,
    );
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

  private notReleased(cause: unknown): void {
    // Another run owns the task, and with it the expiry.
    if (cause instanceof LockstepError && cause.code === 'TARGET_TAKEN_OVER') return;
    this.events.warning(
      `Expiry on the target stays late (${plainReason(cause)}); run the task again, or hand the target over (lockstep release, or the page of the task)`,
    );
  }

  /** Hands the target over: nothing more is written, and every expiry is made exact. */
  private async release(insistMs?: number): Promise<void> {
    this.ending = true;
    this.events.end();
    // The hand-over notes how often the target was written to by then.
    await this.origins.end();
    const checkpoint = await this.target.stopWriting();
    if (checkpoint && isBareClaim(checkpoint)) return this.dropClaim(checkpoint);
    if (!checkpoint || checkpoint.state !== 'streaming' || !checkpoint.active) return;
    this.events.phase('releasing');
    const keys = await insist(
      this.world.clock,
      this.servers.at.target,
      this.events,
      () => this.handOver(checkpoint),
      insistMs,
    );
    this.handedOver = true;
    const where = this.servers.cluster ? 'all nodes of the target' : describeEndpoint(this.servers.at.target);
    if (keys > 0) this.events.info(`${formatKeys(keys)} on ${where} have their exact expiry again`);
  }

  private async handOver(checkpoint: Checkpoint): Promise<number> {
    await this.servers.openTarget();
    const at = this.servers.at.target;
    const source = this.servers.cluster && (await this.servers.openSourceApart());
    const redis = await this.servers.openTargetApart();
    const keys = await handOver({
      source,
      clock: this.world.clock,
      redis,
      others: (await this.servers.targets()).slice(1),
      guarding: this.servers.guarding(redis),
      task: this.spec.task,
      checkpoint,
      databases: this.databases,
      scripts: this.servers.facts.target.abilities.scripts,
    }).finally(() => {
      redis.disconnect();
      source?.disconnect();
    });
    if (this.servers.at.target !== at)
      throw new LockstepError('TARGET_LINK_LOST', 'the primary was replaced while expiry was made exact');
    return keys;
  }

  /** The source never answered, so the target is left as it was found. */
  private async dropClaim(claim: Checkpoint): Promise<void> {
    await coded('target', this.servers.at.target, async () => {
      const redis = await this.servers.openTarget();
      await dropClaim(redis, this.spec.task, claim);
      if (claim.kept) await forgetStandingKeys(redis, this.spec.task, this.databases);
    });
  }
}
