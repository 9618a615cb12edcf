import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { Arena } from '../arena/arena.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { OwnKeys } from '../checkpoint/find-own-keys.ts';
import type { CommandOutput } from '../protocol/resp/command-output.ts';
import type { ReplyEvents, ReplyKind } from '../protocol/resp/reply-scanner.ts';
import type { CommandTable } from '../commands/command-table.ts';
import type { LeftOutLibraries } from '../commands/left-out-libraries.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { RepairApplier } from '../repair/repair-applier.ts';
import type { RepairPlan } from '../repair/repair-plan.ts';
import type { KeptGuard } from '../pipeline/kept-guard.ts';
import type { Judgement } from '../writer/batch-judge.ts';
import type { BatchEvents, BatchWriter, Damage } from '../writer/batch-writer.ts';
import { StreamApplier } from '../pipeline/stream-applier.ts';
import type { ExpiryState } from '../../../shared/model/expiry-machine.ts';
import { ExpiryWriting } from '../expiry/expiry-writing.ts';
import type { Lateness } from '../expiry/late-expiry.ts';
import { ABSOLUTE_EXPIRY_VERSION } from '../repair/repair-planner.ts';
import type { DateGap } from '../expiry/stream-clock.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import type { EvictionWatch } from '../watch/eviction-watch.ts';
import type { UnderWay } from '../watch/crash-watch.ts';
import { FLUSHING, FlushPages, type FlushedKeys } from '../claim/flushed-keys.ts';
import { NextTurn } from '../pacing/next-turn.ts';
import { PACE_INTERVAL_MS, type Pace } from '../pacing/pace.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import type { Clock, Timer } from '../world/clock.ts';

/** Runs of commands before the event loop gets a turn. */
const STEPS_PER_TURN = 64;
/** How often an offset that moved without a write (PING) is checkpointed. */
const IDLE_CHECKPOINT_MS = 1000;

/** What the stream does not get past, though nothing of it was applied: the next run makes a new copy, which does. */
const IMPASSABLE: ReadonlySet<ErrorCode> = new Set([
  'SCRIPT_REFUSED',
  'COMMAND_TOO_LARGE',
  'VALUE_UNSUPPORTED',
  'VALUE_DAMAGED',
  'MODULE_MISSING',
]);

/** That of a flush is over with it. */
const standingFault = ({ fault }: Checkpoint): string => (fault === FLUSHING ? '' : fault);

/** What commands are written to. */
export interface StreamLine {
  readonly output: CommandOutput;
  readonly busy: boolean;
}

export interface StreamRunOptions {
  readonly time: Clock;
  readonly task: string;
  readonly feed: SourceFeed;
  readonly databases: DatabaseChoice;
  /** See Checkpoint.slots. */
  readonly slots: SlotSet | undefined;
  readonly table: CommandTable;
  readonly abilities: TargetAbilities;
  /** See TargetAbilities.version; of the source. */
  readonly sourceVersion: number;
  /** See RewrittenCommandsOptions. */
  readonly scriptTexts: ReadonlyMap<string, Buffer>;
  /** How late expiry is written. */
  readonly lateness: Lateness;
  readonly targetNowMs: () => number;
  readonly flushAllowed: boolean;
  /** See LibraryCommandsOptions. */
  readonly flushConsented: boolean;
  /** See LargeCommandsOptions. */
  readonly payloadsFit: boolean;
  readonly leftOut: LeftOutLibraries | undefined;
  /** See LibraryCommandsOptions. */
  readonly bringsLibraries: boolean;
  readonly arena: Arena;
  readonly guard: KeptGuard | undefined;
  readonly pace: Pace;
  /** See ExecWriterOptions. */
  readonly judgement: Judgement;
  /** What writes batches over the line, from the checkpoint on. */
  readonly makeWriter: (events: BatchEvents) => BatchWriter;
  readonly evictions: EvictionWatch;
  /** Commands before this offset go out one by one: see CrashWatch. */
  readonly singlyUntil: number;
  /** Keys that are to be brought to the source's state on the way. */
  readonly repair: RepairPlan | undefined;
  /** Of a part: the keys of its slots in these databases of the target. */
  readonly flushedKeys: (databases: readonly number[] | 'all') => AsyncGenerator<FlushedKeys>;
  /** The tool's own keys in these databases of the target. */
  readonly findOwnKeys: (databases: readonly number[] | 'all') => Promise<OwnKeys>;
  /** What of the stream nothing dates was looked at for this one, before the run began. */
  readonly datedGap: DateGap | undefined;
  /** All of the target has it. */
  readonly onCommitted: (checkpoint: Checkpoint) => void;
  /** The node of a cluster with this index is gone. @returns whether the others are to go on without it */
  readonly onAway: (node: number, error: LockstepError) => boolean;
  /** What follows holds times to live of which nothing tells from when on: it is to be looked at as `datedGap` was. */
  readonly onUndated: () => void;
  /** Whether the stream is to be begun anew, once it stands still, for what it can't bring by itself … */
  readonly beginsAnew: (readOffset: number) => boolean;
  /** … and it does. */
  readonly onStill: () => void;
  readonly onError: (error: LockstepError, damage: Damage) => void;
}

/** Applies the stream from the feed's spool over one connection of the target, from a checkpoint on. */
export class StreamRun implements ReplyEvents {
  private readonly options: StreamRunOptions;
  private readonly connection: StreamLine;
  private readonly batch: BatchWriter;
  private readonly idleTimer: Timer;
  private readonly nextTurn: NextTurn;
  private ended = false;
  private ackWanted = false;
  private asking = false;
  private chargedBytes = 0;
  private wantedOffset = 0;
  /** The target's checkpoint does not say yet that its last batch is verified. */
  private unsaid = false;
  /** How far the target is: but for nodes that are away, all of it. What is applied next, and when, goes by this one. */
  private checkpoint: Checkpoint;
  /** What all of it has: what else is told of how far it is, and let go of, goes by this one. */
  private whole: Checkpoint;
  /** What is written from the next batch on, and whether its checkpoint stands. */
  private readonly expiry: ExpiryWriting;
  private standsStill = false;
  /** The target's checkpoint does not vouch for all of the slots yet that are brought. */
  private slotsUnsaid: boolean;
  /** The only commands of the batch that is under way. */
  private alone: string | undefined;
  private repair: RepairApplier | undefined;
  /** Keys are being removed that a flush empties, and those that are still to be. */
  private flushing: boolean;
  private flushPages: FlushPages | undefined;
  /** What a repair has to say in the checkpoint. */
  private marks: Partial<Checkpoint> = {};
  readonly applier: StreamApplier;
  /** Nothing that was read behind this offset has changed anything on the target. */
  effectOffset: number;

  constructor(options: StreamRunOptions, connection: StreamLine, checkpoint: Checkpoint) {
    this.options = options;
    this.nextTurn = new NextTurn(options.time, () => this.pump());
    this.connection = connection;
    this.checkpoint = checkpoint;
    this.whole = checkpoint;
    this.flushing = checkpoint.fault === FLUSHING;
    const { slots } = options;
    this.slotsUnsaid = slots !== undefined && checkpoint.slots?.equals(slots) !== true;
    this.effectOffset = this.flushing ? Number.MAX_SAFE_INTEGER : checkpoint.offset;
    this.expiry = new ExpiryWriting(checkpoint, options.lateness);
    this.batch = options.makeWriter({
      onCommitted: (committed, whole) => this.committed(committed, whole),
      onError: (error, damage) => this.fail(error, damage),
      onAway: (node, error) => this.canBePartial && this.options.onAway(node, error),
    });
    this.applier = new StreamApplier(
      {
        task: options.task,
        databases: options.databases,
        slots: options.slots,
        flushAllowed: options.flushAllowed,
        flushConsented: options.flushConsented,
        abilities: options.abilities,
        payloadsFit: options.payloadsFit,
        functionsKnown: options.abilities.functions,
        leftOut: options.leftOut,
        bringsLibraries: options.bringsLibraries,
        keptLibraries: checkpoint.keptLibraries,
        arena: options.arena,
        cursor: options.feed.cursor,
        table: options.table,
        rewrite: { lateness: options.lateness, abilities: options.abilities },
        targetVersion: options.abilities.version,
        sourceVersion: options.sourceVersion,
        scriptTexts: options.scriptTexts,
        clock: options.feed.clock,
        time: options.time,
        offsetAt: (position) => options.feed.offsetAt(position),
        guard: options.guard,
        targetDatabases: options.abilities.databases,
        onGetAck: () => (this.ackWanted = true),
      },
      this.batch,
      connection.output,
      checkpoint,
    );
    const { repair: plan, feed } = options;
    if (plan) {
      const { applier, batch } = this;
      const { databases } = options;
      const { output } = connection;
      this.repair = new RepairApplier({ plan, databases, checkpoint, feed, applier, batch, output });
      this.marks = this.repair.marks;
    }
    this.idleTimer = options.time.setInterval(() => this.commitIdle(), IDLE_CHECKPOINT_MS);
  }

  start(): void {
    this.batch.start();
  }

  stop(): void {
    this.ended = true;
    this.flushPages?.stop();
    this.options.time.clear(this.idleTimer);
    this.expiry.stop();
  }

  /** What all of the target holds as far as it has answered. */
  get standing(): Checkpoint {
    return this.whole;
  }

  /** Nodes of the target are away, and the others go on. */
  get partial(): boolean {
    return this.batch.partial;
  }

  /** Nothing is under way that all nodes have to be there for. */
  private get canBePartial(): boolean {
    if (this.ended || this.repairing || this.flushing || this.slotsUnsaid || this.standsStill) return false;
    return this.checkpoint.fault === '' && !this.expiry.turning;
  }

  /** Values are to be written on the way that were read, and made late, before. */
  get repairing(): boolean {
    return this.repair !== undefined;
  }

  /** How long ago, by the target's clock, the source ran what is applied next, at the most; Infinity when that is not known. */
  get lagMs(): number {
    const { sinceMs } = this;
    return sinceMs > 0 ? this.options.targetNowMs() - sinceMs : Infinity;
  }

  /** The lag is known, and a batch that comes too late is found out by the target itself. */
  get certain(): boolean {
    return this.options.judgement.time && this.options.feed.clock.certain;
  }

  /** The stream waits where it is, at the end of a transaction of the source, until this is taken back. */
  stand(still: boolean): void {
    this.standsStill = still;
    this.pump();
  }

  /**
   * Writes expiry as this state has it, from the next batch on, under a new epoch. @returns true once the checkpoint says so;
   * false when the run ends before
   */
  turnExpiry(state: ExpiryState): Promise<boolean> {
    const turned = this.expiry.turn(state);
    this.commitIdle();
    return turned;
  }

  /** Everything that was read from the spool is applied and checkpointed. */
  get drained(): boolean {
    return this.batch.idle && this.applier.atBoundary && this.whole.offset === this.readOffset;
  }

  /** Nothing is under way that could end in the middle. */
  get atRest(): boolean {
    return this.batch.idle && this.applier.atBoundary;
  }

  /** Applies as much as the target's connection takes. */
  pump(): void {
    if (this.ended) return;
    if (this.undated) return this.options.onUndated();
    if (this.anew) {
      this.standsStill = true;
      if (this.drained) return this.options.onStill();
      // What none of the lanes had to apply they come past as well, or they stand as far apart the next time.
      if (this.atRest) return this.commitIdle();
    }
    this.options.lateness.at(this.options.targetNowMs());
    this.holdBatches();
    try {
      this.read();
      if (this.ended) return;
      const worthwhile =
        this.batch.isOpen ||
        (this.slotsUnsaid && !this.repairing) ||
        (this.checkpoint.offset < this.wantedOffset && this.readOffset > this.checkpoint.offset);
      if (worthwhile && this.batch.ready && this.applier.atBoundary) this.commit();
      else this.connection.output.flush();
      this.acknowledge();
    } catch (error) {
      const coded = asLockstepError(error);
      this.fail(coded, IMPASSABLE.has(coded.code) ? 'unknown' : 'none');
    }
  }

  private get anew(): boolean {
    const { pace, beginsAnew } = this.options;
    if (pace.paused || this.repairing || this.flushing || this.slotsUnsaid || this.partial) return false;
    return beginsAnew(this.readOffset);
  }

  /** Nothing of that gap has been read yet: what comes behind it is told of at the moment at which it comes. */
  private get undated(): boolean {
    const { feed, sourceVersion, datedGap, pace } = this.options;
    const { gap } = feed.clock;
    if (gap === undefined || gap === datedGap || sourceVersion >= ABSOLUTE_EXPIRY_VERSION) return false;
    // A repair that is under way, or of which the checkpoint does not know yet that it is done, goes to its end.
    return !pace.paused && !this.repairing && this.checkpoint.fault === '';
  }

  /** Up to this offset every move is checkpointed at once, even if nothing was written. */
  hurry(offset: number): void {
    this.wantedOffset = offset;
    this.pump();
  }

  reply(kind: ReplyKind): void {
    if (!this.ended) this.batch.reply(kind);
  }

  error(text: string, element: number): void {
    if (!this.ended) this.batch.error(text, element);
  }

  /** Writes the checkpoint even though nothing but PINGs has come, or that the last batch is verified. */
  commitIdle(): void {
    if (this.ended || !this.batch.ready || this.batch.isOpen || !this.applier.atBoundary) return;
    this.takeExpiry();
    const moved = this.readOffset > this.checkpoint.offset;
    // Values are to be written right here: what is vouched for at this place is not to be said before.
    if (!moved && this.repairing) return;
    if (!moved && !this.unsaid && !this.expiry.unsaid) return;
    this.commit();
    if (!moved) this.unsaid = false;
  }

  /** An epoch that a lane does not have is none. */
  private takeExpiry(): void {
    if (!this.partial) this.expiry.take();
  }

  /** Another history of the source has begun, and the task's checkpoint cannot name it yet. */
  private get untold(): boolean {
    return this.batch.mute && this.options.feed.replid !== this.checkpoint.replid;
  }

  /** All that comes before it was read from the spool. */
  get readOffset(): number {
    return this.options.feed.offsetAt(this.options.feed.cursor.readPosition);
  }

  private read(): void {
    const { connection, batch, applier } = this;
    const { pace } = this.options;
    for (let steps = 0; ; steps++) {
      if (connection.busy || this.untold) return;
      if (batch.full && applier.atBoundary) {
        if (!batch.ready) return;
        this.commit();
      }
      if (this.singly && !this.answered()) return;
      // Once the last of them is answered, the next ones go together again.
      const singly = this.singly;
      // A transaction or a large command that has begun goes on to its end, so that its batch can be closed.
      if ((this.standsStill || pace.paused) && applier.atBoundary) {
        // Afterwards others may be there.
        if (!this.asking) applier.giveOwnKeys(undefined);
        return;
      }
      const allowed = pace.allowed(this.options.time.now());
      if (allowed < 1) return this.nextTurn.after(PACE_INTERVAL_MS);
      if (steps >= STEPS_PER_TURN) return this.nextTurn.after(0);
      if (applier.flushWanted === undefined) {
        const taken = this.step(pace.paused || singly ? 1 : allowed);
        if (this.flushing && applier.flushWanted === undefined && applier.commandsRead > 0)
          return this.fail(
            new LockstepError('INTERNAL', 'what follows is not the flush that had begun'),
            'unknown',
          );
        if (!taken && applier.flushWanted === undefined) return void this.askOwnKeys();
      } else if (!this.stepFlush(applier.flushWanted)) return;
      if (singly) this.nameAlone();
    }
  }

  /** What was being run when the connection broke. */
  underWay(): UnderWay | undefined {
    if (this.batch.idle) return undefined;
    return { alone: this.alone, keys: [], streamUntil: this.readOffset };
  }

  private get singly(): boolean {
    return this.alone !== undefined || this.readOffset < this.options.singlyUntil;
  }

  /** What went out by itself stands on the target; else its batch is closed, if that can be done. */
  private answered(): boolean {
    const { batch, applier } = this;
    if (!applier.atBoundary) return true;
    if (batch.isOpen && batch.ready) this.commit();
    if (!batch.idle) return false;
    this.alone = undefined;
    return true;
  }

  private nameAlone(): void {
    const { output } = this.connection;
    if (!this.batch.isOpen) return;
    output.flush();
    this.alone = output.describe(output.commands - 1);
  }

  private step(most: number): boolean {
    const { applier, connection } = this;
    const { pace } = this.options;
    const before = applier.commandsApplied;
    const writing = this.repair !== undefined || applier.inLargeCommand;
    const taken = this.repair ? this.stepRepair(this.repair, most) : applier.step(most, pace.allowedBytes);
    if (writing || applier.inLargeCommand || applier.commandsApplied !== before)
      this.effectOffset = this.readOffset;
    // Beside what was just written: what a batch takes to be opened, closed and verified.
    const { bytes } = connection.output;
    pace.used(applier.commandsApplied - before, bytes - this.chargedBytes);
    this.chargedBytes = bytes;
    return taken;
  }

  /** The stream waits where it is until the answer comes. */
  private async askOwnKeys(): Promise<void> {
    const { applier } = this;
    if (applier.ownKeysWanted === undefined || this.asking) return;
    this.asking = true;
    try {
      applier.giveOwnKeys(await this.options.findOwnKeys(applier.ownKeysWanted));
      this.asking = false;
      this.pump();
    } catch (error) {
      this.fail(asLockstepError(error), 'none');
    }
  }

  /**
   * Removes what a flush empties, page by page, from where everything before it stands on the target and its checkpoint says that it has
   * begun. @returns whether the stream goes on behind it
   */
  private stepFlush(databases: readonly number[] | 'all'): boolean {
    const { applier, batch } = this;
    const { pace } = this.options;
    // What stands in its slots on a node that is away cannot be looked for.
    if (this.partial) return false;
    this.flushing = true;
    // Of that history alone which has the flush.
    this.effectOffset = Number.MAX_SAFE_INTEGER;
    if (!this.flushPages) {
      if (!batch.ready) return false;
      const { fault, offset } = this.checkpoint;
      const stands = batch.idle && offset === this.readOffset && fault === FLUSHING;
      if (!stands) this.commit();
      else
        this.flushPages = new FlushPages(
          this.options.flushedKeys(databases),
          () => this.pump(),
          (error) => this.fail(asLockstepError(error), 'none'),
        );
      return false;
    }
    if (this.flushPages.ended) {
      this.flushPages = undefined;
      this.flushing = false;
      applier.passFlush();
      applier.step(1);
      this.effectOffset = this.readOffset;
      return true;
    }
    if (!batch.ready) return false;
    const page = this.flushPages.take();
    if (!page) return false;
    applier.removeKeys(page.db, page.keys);
    // So that the target is not held up by more than one page.
    this.commit();
    const { bytes } = this.connection.output;
    pace.used(page.keys.length, bytes - this.chargedBytes);
    this.chargedBytes = bytes;
    return false;
  }

  private stepRepair(repair: RepairApplier, most: number): boolean {
    const taken = repair.step(most);
    if (!repair.finished) return taken;
    this.marks = repair.marks;
    this.repair = undefined;
    return true;
  }

  /** The source ran nothing of what is applied next before this, by its own clock in Unix ms; 0 when that is not known. */
  private get sinceMs(): number {
    return this.sourceAtMs(this.checkpoint.offset);
  }

  /** The same of what lies behind an offset that is not before the checkpoint's. */
  private sourceAtMs(offset: number): number {
    return this.options.feed.clock.notBefore(offset) ?? this.checkpoint.sourceAtMs;
  }

  private commit(): void {
    const { feed } = this.options;
    const offset = this.readOffset;
    const deadline = this.expiry.deadline(this.sinceMs);
    // What travels from here on is written as another state has it, so that is said before any of it stands.
    this.takeExpiry();
    const checkpoint: Checkpoint = {
      ...this.checkpoint,
      ...this.expiry.noted,
      state: 'streaming',
      replid: feed.replid,
      offset,
      sourceAtMs: this.sourceAtMs(offset),
      db: this.applier.db,
      keptLibraries: this.applier.libraries.kept,
      fieldExpiry: this.checkpoint.fieldExpiry || this.applier.fieldExpiry,
      ...this.options.evictions.marks,
      ...this.marks,
      fault: this.flushing ? FLUSHING : (this.marks.fault ?? standingFault(this.checkpoint)),
    };
    // Until all values are written, nothing behind the place is vouched for from which on commands may have failed, or were left out.
    this.batch.commit(checkpoint, this.repair === undefined, deadline);
    this.holdBatches();
    this.unsaid = !this.options.judgement.errors;
  }

  /** A batch may go out in pieces, each of which has to be there in time. */
  private holdBatches(): void {
    this.batch.holdUntil?.(this.expiry.deadline(this.sinceMs));
  }

  private committed(checkpoint: Checkpoint, whole: Checkpoint): void {
    const { feed } = this.options;
    this.checkpoint = checkpoint;
    this.whole = whole;
    if (checkpoint.slots === this.options.slots) this.slotsUnsaid = false;
    this.expiry.committed(checkpoint);
    // What is not vouched for may have to be looked at once more.
    feed.cursor.release(feed.positionAt(whole.verified) - feed.retainedBytes);
    feed.clock.release(whole.verified - feed.retainedBytes);
    this.options.onCommitted(whole);
  }

  /** The source waits for what was written before GETACK: it is told as soon as that is checkpointed. */
  private acknowledge(): void {
    if (!this.ackWanted || !this.batch.idle) return;
    this.ackWanted = false;
    this.options.feed.ack();
  }

  private fail(error: LockstepError, damage: Damage): void {
    if (this.ended) return;
    this.stop();
    this.options.onError(error, damage);
  }
}
