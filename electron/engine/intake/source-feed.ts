import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { formatBytes } from '../../../shared/format/numbers.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { PsyncAnswer } from './psync/handshake.ts';
import { ReplicationLink, type SnapshotExtent } from './psync/link.ts';
import { CHUNK_BYTES } from '../log/chunk.ts';
import type { Cursor } from '../log/cursor.ts';
import type { SpoolMemory } from '../log/log-memory.ts';
import { Spool } from '../log/spool.ts';
import type { SpoolFolder } from '../log/spool-folder.ts';
import { StreamClock } from '../expiry/stream-clock.ts';
import { Backoff } from './backoff.ts';
import { FeedProgress } from './feed-progress.ts';
import type { SourceLogs } from './source-log/source-logs.ts';
import type { Trouble } from './trouble.ts';
import type { Clock, Timer } from '../world/clock.ts';
import type { World } from '../world/world.ts';

/** What a spool keeps free of its memory to move chunks. */
const MOVING_CHUNKS = 12;
/** A full spool or disk needs at least this long to get room. */
const SPOOL_WAIT_MS = 1000;

export interface StreamPosition {
  readonly replid: string;
  readonly offset: number;
}

export interface SourceFeedOptions {
  readonly world: World;
  /** Where the source is now, asked before each link. */
  readonly locate: () => Endpoint | Promise<Endpoint>;
  /**
   * The source is another server than the one that was followed up to a position: where the stream can go on from, which is before
   * that where the other never had the last of it and it came to nothing. Never rejects.
   */
  readonly rejoin: (from: StreamPosition) => Promise<StreamPosition>;
  /** Of the process, or of this run alone. */
  readonly logs: SourceLogs;
  /** How much memory the spool takes at most, in chunks; see SpoolOptions. */
  readonly memoryChunks: number;
  /** Where goes what does not fit into memory. */
  readonly folder: SpoolFolder;
  readonly retryForMs: number;
  /** What is acknowledged. */
  readonly appliedOffset: () => number;
  /** Where the stream can go on from, of whatever history that is; undefined when only a snapshot leads on. */
  readonly position: () => StreamPosition | undefined;
  /**
   * The source answers with a history that is not the one that was followed so far. Nothing of it is taken before this has
   * resolved; it rejects where nothing of it is to be taken.
   */
  readonly admit: (replid: string) => Promise<void>;
  /** A snapshot begins; the feed's spool is a new one. `reason` says why, when a resume was asked for. */
  readonly onFullSync: (start: StreamPosition, reason: string | undefined) => void;
  /** The stream goes on where it was asked to; the first time after `start` with a position. */
  readonly onResumed: (replid: string) => void;
  /** The spool is full while a copy needs what is in it: the source waits until the target has taken more. */
  readonly onStalled: () => void;
  /** The spool is about to be dropped: whatever reads from it must stop. */
  readonly onReset: () => void;
  /** Whether a snapshot is to be held whole before any of it is taken from the spool. */
  readonly holdsWhole: () => boolean;
  readonly onReadable: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFatal: (error: LockstepError) => void;
}

/**
 * The source's side of a task: the link and the spool behind it. It mends the link by itself, going on from what has
 * been received, so that what waits in the spool is not lost with a connection.
 */
export class SourceFeed {
  private readonly options: SourceFeedOptions;
  private readonly memory: SpoolMemory;
  private readonly backoff: Backoff;
  private readonly progress = new FeedProgress();
  private copies = 0;
  private stallTold = false;
  private link: ReplicationLink | undefined;
  private linkedTo = '';
  private readonly time: Clock;
  private timer: Timer | undefined;
  private closed = false;
  private left = false;
  private everConnected = false;
  private paused = false;
  /** The spool failed while paused: what follows the checkpoint is asked for again on resume. */
  private heldBack = false;
  private generation = 0;
  /** The stream's byte at `basePosition` of the spool has this offset; undefined until a PSYNC was answered. */
  private base: StreamPosition | undefined;
  private basePosition = 0;
  /** Where the source was asked to go on, when it answered with another history that goes on from there. */
  private earlier: StreamPosition | undefined;
  /** Where the snapshot was taken that this run has copied, or copies. */
  private copiedAt: number | undefined;
  spool: Spool;
  /** From where the target reads. */
  cursor: Cursor;
  readonly clock = new StreamClock();
  /** When the present link was asked for, by the source's clock, about: no snapshot of it is older. */
  askedAtMs = 0;
  /** Whose offsets the clock's are. */
  private history = '';
  snapshot: SnapshotExtent | undefined;
  snapshotBytes: number | undefined;
  connected = false;

  constructor(options: SourceFeedOptions) {
    this.options = options;
    this.time = options.world.clock;
    this.memory = options.logs.memory.take(options.memoryChunks);
    this.backoff = new Backoff(options.retryForMs);
    this.spool = this.newSpool();
    this.cursor = this.spool.open(0, this.options.onReadable);
  }

  /** Where the spool goes that does not fit memory. */
  get folder(): SpoolFolder {
    return this.options.folder;
  }

  /** That the snapshot can never be held whole; undefined as long as it may fit, or its size is not known. */
  get tooLarge(): LockstepError | undefined {
    const { folder } = this.options;
    const memoryBytes = Math.max(0, this.memory.chunks.length - MOVING_CHUNKS) * CHUNK_BYTES;
    const bytes = this.snapshotBytes ?? 0;
    if (bytes <= folder.quotaBytes + memoryBytes) return undefined;
    return this.notHeld(`the snapshot has ${formatBytes(bytes)}`);
  }

  /** That a snapshot cannot be held whole. */
  notHeld(fact: string): LockstepError {
    const most = formatBytes(this.options.folder.quotaBytes);
    return new LockstepError('SNAPSHOT_TOO_LARGE', `${fact}, and the spool may take ${most}`);
  }

  get replid(): string {
    return this.base?.replid ?? '';
  }

  /**
   * Whether what stands at this position is a part of the history that is followed: under its own id, or, up to where the source
   * went on with it, under the one before.
   */
  follows({ replid, offset }: StreamPosition): boolean {
    if (replid === this.replid) return true;
    return this.earlier !== undefined && replid === this.earlier.replid && offset <= this.earlier.offset;
  }

  /** The source went on under another id than this one, from less far on than is asked about. */
  hasLeft(replid: string): boolean {
    return replid !== this.replid && replid === this.earlier?.replid;
  }

  get receivedOffset(): number {
    if (!this.base) return 0;
    return this.snapshotPending ? this.base.offset : this.offsetAt(this.spool.writePosition);
  }

  /** A snapshot has not come whole yet, so the spool holds no stream. */
  get snapshotPending(): boolean {
    return this.base !== undefined && this.basePosition < 0;
  }

  offsetAt(position: number): number {
    return this.base!.offset + (position - this.basePosition);
  }

  positionAt(offset: number): number {
    return this.basePosition + (offset - this.base!.offset);
  }

  /** Whether the stream from this offset on is still in the spool. */
  holds(offset: number): boolean {
    if (!this.base || this.snapshotPending) return false;
    const position = this.positionAt(offset);
    return position >= this.spool.oldestPosition && position <= this.spool.writePosition;
  }

  /** Drops whatever there is and begins anew: after a position, or with a snapshot. */
  async restart(from: StreamPosition | undefined, reason?: string): Promise<void> {
    if (this.left)
      return this.options.onFatal(
        new LockstepError('SOURCE_IS_TARGET', 'what the source wrote last is no longer held on this machine'),
      );
    const generation = ++this.generation;
    this.heldBack = false;
    this.options.onReset();
    this.time.clear(this.timer);
    this.link?.close();
    this.link = undefined;
    this.connected = false;
    await this.spool.close();
    if (this.closed || generation !== this.generation) return;
    this.spool = this.newSpool();
    this.cursor = this.spool.open(0, this.options.onReadable);
    this.snapshot = undefined;
    this.snapshotBytes = undefined;
    this.base = from;
    this.earlier = undefined;
    this.basePosition = 0;
    await this.connect(from, reason);
  }

  /** Nothing is taken from the spool for a while: the link goes on, and no fault of this side is retried in vain. */
  pause(): void {
    this.paused = true;
    this.backoff.patient = true;
    this.spool.lookAgain();
  }

  resume(): void {
    this.paused = false;
    this.backoff.patient = false;
    this.backoff.succeeded();
    if (this.heldBack)
      void this.restart(this.options.position(), 'the spool could not hold what came during the pause');
  }

  /** The source is another server now: the link to the one before is left, though it may still stand, since that follows the new one soon. */
  relocated(at: Endpoint): void {
    if (!this.link || this.left || this.closed || describeEndpoint(at) === this.linkedTo) return;
    this.dropLink();
    this.linkAgain();
  }

  /** Nothing more is wanted of the source; what has come stays to be applied. */
  leave(): void {
    this.left = true;
    this.time.clear(this.timer);
    this.dropLink();
  }

  ack(): void {
    this.link?.ack();
  }

  async close(): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    this.time.clear(this.timer);
    this.link?.close();
    await this.spool.close();
    this.memory.giveBack();
  }

  /** What the source itself said of where it stands, by its clock; `replid` is empty where it does not tell. See StreamClock. */
  sampled(replid: string, offset: number, sourceMs: number, nowMs: number, certain: boolean): void {
    if (replid === '' || replid === this.replid) this.clock.sample(offset, sourceMs, nowMs, certain);
  }

  /** Ends in a link, or in the fault that kept the source from being found. */
  private async connect(from: StreamPosition | undefined, reason?: string): Promise<void> {
    const generation = this.generation;
    const wanted = (): boolean => !this.closed && !this.left && generation === this.generation;
    let endpoint: Endpoint;
    try {
      endpoint = await this.options.locate();
    } catch (error) {
      if (wanted()) this.onLinkError(asLockstepError(error), reason);
      return;
    }
    if (!wanted()) return;
    const moved = this.linkedTo !== '' && this.linkedTo !== describeEndpoint(endpoint);
    const to = from && moved ? await this.options.rejoin(from) : from;
    if (!wanted()) return;
    this.linkedTo = describeEndpoint(endpoint);
    if (to !== from) {
      // What the clock knows was told by the server before.
      this.clock.clear();
      return void this.restart(to);
    }
    this.link = this.makeLink(endpoint, from, reason);
  }

  private makeLink(
    endpoint: Endpoint,
    from: StreamPosition | undefined,
    reason: string | undefined,
  ): ReplicationLink {
    this.askedAtMs = this.time.now() + this.clock.aheadMs;
    const generation = this.generation;
    return new ReplicationLink({
      world: this.options.world,
      endpoint,
      resumeFrom: from,
      spool: this.spool,
      appliedOffset: this.options.appliedOffset,
      onPsync: (answer) => this.onPsync(answer, from, reason),
      onSnapshotBegin: (bytes) => {
        this.snapshotBytes = bytes;
      },
      onSnapshotEnd: (extent) => {
        this.snapshot = extent;
        this.basePosition = extent.streamStart;
      },
      onData: () => {
        if (!this.snapshotPending) this.clock.received(this.receivedOffset, this.time.now());
        this.options.onReadable();
      },
      onError: (error) => {
        if (generation === this.generation) this.onLinkError(error, reason);
      },
    });
  }

  private onPsync(
    answer: PsyncAnswer,
    from: StreamPosition | undefined,
    reason: string | undefined,
  ): void | Promise<void> {
    this.everConnected = true;
    if (answer.replid === undefined || answer.replid === this.base?.replid)
      return this.answered(answer, from, reason);
    return this.admitted(answer, answer.replid, from, reason);
  }

  private async admitted(
    answer: PsyncAnswer,
    replid: string,
    from: StreamPosition | undefined,
    reason: string | undefined,
  ): Promise<void> {
    const { link } = this;
    try {
      await this.options.admit(replid);
      if (link === this.link) this.answered(answer, from, reason);
    } catch (error) {
      if (link !== this.link || this.closed) return;
      this.dropLink();
      this.onLinkError(asLockstepError(error), reason);
    }
  }

  private dropLink(): void {
    this.link?.close();
    this.link = undefined;
    this.connected = false;
  }

  private answered(answer: PsyncAnswer, from: StreamPosition | undefined, reason: string | undefined): void {
    this.connected = true;
    if (answer.kind === 'continue') {
      // After a failover of the source the stream goes on under another id.
      if (from && answer.replid !== undefined && answer.replid !== from.replid) this.earlier = from;
      if (this.base && answer.replid) this.base = { replid: answer.replid, offset: this.base.offset };
      this.history = this.base!.replid;
      this.options.onResumed(this.base!.replid);
      return;
    }
    if (from) {
      void this.restart(
        undefined,
        `the source no longer holds offset ${from.offset + 1} of ${from.replid} in its backlog`,
      );
      return;
    }
    if (answer.replid !== this.history) this.clock.clear();
    this.history = answer.replid;
    this.base = { replid: answer.replid, offset: answer.offset };
    this.copiedAt = answer.offset;
    this.basePosition = -1;
    this.copies += 1;
    this.stallTold = false;
    this.options.onFullSync(this.base, reason);
  }

  private onLinkError(error: LockstepError, reason: string | undefined): void {
    if (this.closed) return;
    this.connected = false;
    this.link = undefined;
    if (!this.everConnected || !error.entry.heals) return this.options.onFatal(error);
    // What comes again is no progress, but what comes beyond it is.
    const wait = this.nextWait(this.base && !this.snapshotPending ? this.receivedOffset : undefined);
    if (wait === undefined) return this.options.onFatal(this.exhausted(error));
    this.options.onTrouble({ error, waitMs: wait, giveUpAtMs: this.backoff.givesUpAtMs });
    const generation = this.generation;
    this.timer = this.time.setTimeout(() => {
      if (!this.closed && generation === this.generation) this.linkAgain(reason);
    }, wait);
  }

  /** Goes on from what has been received. */
  private linkAgain(reason?: string): void {
    if (!this.base) void this.restart(undefined, reason);
    else if (this.snapshotPending) void this.restart(undefined, 'the link broke during the snapshot');
    else void this.connect({ replid: this.base.replid, offset: this.receivedOffset });
  }

  /** Until the next attempt; undefined when the retry duration has passed without one that got any further. */
  private nextWait(receivedOffset: number | undefined): number | undefined {
    const made = this.progress.made({
      copy: this.copies,
      receivedOffset,
      snapshotBytes: this.snapshot?.rdbEnd ?? (this.snapshotPending ? this.spool.writePosition : 0),
      applied: this.options.position(),
      copiedAt: this.copiedAt,
    });
    if (made) this.backoff.succeeded();
    return this.backoff.next(this.time.now());
  }

  private exhausted(error: LockstepError): LockstepError {
    const copies = this.progress.copiesInVain;
    const vain = copies > 1 ? ` (${copies} full copies were begun, and none got further than before)` : '';
    return new LockstepError('RETRY_EXHAUSTED', `${error.entry.title}: ${error.message}${vain}`, {
      cause: error,
    });
  }

  /** While only a snapshot leads on, dropping what has come would but lead to the next one, which ends the same way. */
  private mayStall(): boolean {
    if (this.paused || this.left || this.options.position()) return false;
    // What nobody takes before it is whole would wait for ever.
    return !(this.snapshotPending && this.options.holdsWhole());
  }

  private newSpool(): Spool {
    const generation = this.generation;
    return new Spool({
      arena: this.memory.arena,
      chunks: this.memory.chunks,
      folder: this.options.folder,
      onWritable: () => this.link?.resume(),
      mayStall: () => this.mayStall(),
      onStalled: () => {
        if (this.stallTold) return;
        this.stallTold = true;
        this.options.onStalled();
      },
      onError: (error) => {
        if (generation !== this.generation || this.closed) return;
        this.link?.close();
        this.onSpoolError(error);
      },
    });
  }

  /** What could not be spooled is lost, so the feed starts again after the checkpoint, if the backlog still has it. */
  private onSpoolError(error: LockstepError): void {
    this.connected = false;
    if (this.left || !error.entry.heals) return this.options.onFatal(error);
    if (error.code === 'SPOOL_FULL' && this.snapshotPending && this.options.holdsWhole())
      return this.options.onFatal(
        this.notHeld(`${formatBytes(this.spool.writePosition)} of the snapshot have come`),
      );
    if (this.paused) {
      // The link stays closed: what the source would send again could only fail again.
      this.time.clear(this.timer);
      this.generation += 1;
      this.heldBack = true;
      const onResume = 'the link to the source is closed until the task goes on, from its checkpoint';
      this.options.onTrouble({ error, onResume });
      return;
    }
    // That the source sends it all again is no success: only what has been applied meanwhile is.
    const next = this.nextWait(undefined);
    if (next === undefined) return this.options.onFatal(error);
    const wait = Math.max(next, SPOOL_WAIT_MS);
    this.options.onTrouble({ error, waitMs: wait, giveUpAtMs: this.backoff.givesUpAtMs });
    const generation = ++this.generation;
    this.timer = this.time.setTimeout(() => {
      if (!this.closed && generation === this.generation)
        void this.restart(this.options.position(), 'the spool could not hold what came');
    }, wait);
  }
}
