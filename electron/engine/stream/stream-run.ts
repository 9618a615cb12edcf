import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import type { ExpiryState } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { StreamApplier } from '../pipeline/stream-applier.ts';
import type { ReplyEvents, ReplyKind } from '../protocol/resp/reply-scanner.ts';
import { RepairApplier } from '../repair/repair-applier.ts';
import { ABSOLUTE_EXPIRY_VERSION } from '../repair/repair-planner.ts';
import type { UnderWay } from '../watch/crash-watch.ts';
import type { BatchWriter, Damage } from '../writer/batch-writer.ts';
import { StreamCommits } from './stream-commits.ts';
import type { StreamLine } from './stream-line.ts';
import { StreamReader } from './stream-reader.ts';
import type { StreamRunOptions } from './stream-run-options.ts';

/** What the stream does not get past, though nothing of it was applied: the next run makes a new copy, which does. */
const IMPASSABLE: ReadonlySet<ErrorCode> = new Set([
  'SCRIPT_REFUSED',
  'COMMAND_TOO_LARGE',
  'VALUE_UNSUPPORTED',
  'VALUE_DAMAGED',
  'MODULE_MISSING',
]);

/** Applies the stream from the feed's spool over one connection of the target, from a checkpoint on. */
export class StreamRun implements ReplyEvents {
  private readonly options: StreamRunOptions;
  private readonly connection: StreamLine;
  private readonly batch: BatchWriter;
  private readonly commits: StreamCommits;
  private readonly reader: StreamReader;
  private ended = false;
  private ackWanted = false;
  private wantedOffset = 0;
  readonly applier: StreamApplier;

  constructor(options: StreamRunOptions, connection: StreamLine, checkpoint: Checkpoint) {
    const { feed, databases, repair: plan } = options;
    const { output } = connection;
    this.options = options;
    this.connection = connection;
    const batch = options.makeWriter({
      onCommitted: (committed, whole) => this.commits.committed(committed, whole),
      onError: (error, damage) => this.fail(error, damage),
      onAway: (node, error) => this.canBePartial && options.onAway(node, error),
    });
    const applier = new StreamApplier(
      {
        task: options.task,
        databases,
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
        cursor: feed.cursor,
        table: options.table,
        rewrite: { lateness: options.lateness, abilities: options.abilities },
        targetVersion: options.abilities.version,
        sourceVersion: options.sourceVersion,
        scriptTexts: options.scriptTexts,
        clock: feed.clock,
        time: options.time,
        offsetAt: (position) => feed.offsetAt(position),
        guard: options.guard,
        targetDatabases: options.abilities.databases,
        onGetAck: () => (this.ackWanted = true),
      },
      batch,
      output,
      checkpoint,
    );
    const repair = plan && new RepairApplier({ plan, databases, checkpoint, feed, applier, batch, output });
    const commits = new StreamCommits({
      ...options,
      ...{ batch, applier, checkpoint, marks: repair?.marks },
    });
    this.batch = batch;
    this.applier = applier;
    this.commits = commits;
    this.reader = new StreamReader({
      ...options,
      ...{ connection, batch, applier, commits, repair },
      onReadable: () => this.pump(),
      onError: (error, damage) => this.fail(error, damage),
    });
  }

  start(): void {
    this.batch.start();
  }

  stop(): void {
    this.ended = true;
    this.reader.stop();
    this.commits.stop();
  }

  /** What all of the target holds as far as it has answered. */
  get standing(): Checkpoint {
    return this.commits.whole;
  }

  /** Nodes of the target are away, and the others go on. */
  get partial(): boolean {
    return this.batch.partial;
  }

  /** Nothing is under way that all nodes have to be there for. */
  private get canBePartial(): boolean {
    return !this.reader.standsStill && this.commits.canBePartial;
  }

  /** Values are to be written on the way that were read, and made late, before. */
  get repairing(): boolean {
    return this.commits.repairing;
  }

  /** How long ago, by the target's clock, the source ran what is applied next, at the most; Infinity when that is not known. */
  get lagMs(): number {
    const { sinceMs } = this.commits;
    return sinceMs > 0 ? this.options.targetNowMs() - sinceMs : Infinity;
  }

  /** The lag is known, and a batch that comes too late is found out by the target itself. */
  get certain(): boolean {
    return this.options.judgement.time && this.options.feed.clock.certain;
  }

  /** The stream waits where it is, at the end of a transaction of the source, until this is taken back. */
  stand(still: boolean): void {
    this.reader.standsStill = still;
    this.pump();
  }

  /**
   * Writes expiry as this state has it, from the next batch on, under a new epoch. @returns true once the checkpoint says so;
   * false when the run ends before
   */
  turnExpiry(state: ExpiryState): Promise<boolean> {
    return this.commits.turnExpiry(state);
  }

  /** Everything that was read from the spool is applied and checkpointed. */
  get drained(): boolean {
    return this.batch.idle && this.applier.atBoundary && this.commits.whole.offset === this.readOffset;
  }

  /** Nothing is under way that could end in the middle. */
  get atRest(): boolean {
    return this.batch.idle && this.applier.atBoundary;
  }

  /** Applies as much as the target's connection takes. */
  pump(): void {
    if (this.ended) return;
    const { commits, batch } = this;
    if (this.undated) return this.options.onUndated();
    if (this.anew) {
      this.reader.standsStill = true;
      if (this.drained) return this.options.onStill();
      // What none of the lanes had to apply they come past as well, or they stand as far apart the next time.
      if (this.atRest) return commits.commitIdle();
    }
    this.options.lateness.at(this.options.targetNowMs());
    commits.holdBatches();
    try {
      this.reader.read();
      if (this.ended) return;
      const { offset } = commits.checkpoint;
      const worthwhile =
        batch.isOpen ||
        (commits.slotsUnsaid && !this.repairing) ||
        (offset < this.wantedOffset && this.readOffset > offset);
      if (worthwhile && batch.ready && this.applier.atBoundary) commits.commit();
      else this.connection.output.flush();
      this.acknowledge();
    } catch (error) {
      const coded = asLockstepError(error);
      this.fail(coded, IMPASSABLE.has(coded.code) ? 'unknown' : 'none');
    }
  }

  private get anew(): boolean {
    const { pace, beginsAnew } = this.options;
    const { flushing, slotsUnsaid } = this.commits;
    if (pace.paused || this.repairing || flushing || slotsUnsaid || this.partial) return false;
    return beginsAnew(this.readOffset);
  }

  /** Nothing of that gap has been read yet: what comes behind it is told of at the moment at which it comes. */
  private get undated(): boolean {
    const { feed, sourceVersion, datedGap, pace } = this.options;
    const { gap } = feed.clock;
    if (gap === undefined || gap === datedGap || sourceVersion >= ABSOLUTE_EXPIRY_VERSION) return false;
    // A repair that is under way, or of which the checkpoint does not know yet that it is done, goes to its end.
    return !pace.paused && !this.repairing && this.commits.checkpoint.fault === '';
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

  /** See StreamReader. */
  get effectOffset(): number {
    return this.reader.effectOffset;
  }

  /** All that comes before it was read from the spool. */
  get readOffset(): number {
    return this.commits.readOffset;
  }

  /** What was being run when the connection broke. */
  underWay(): UnderWay | undefined {
    return this.reader.underWay();
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
