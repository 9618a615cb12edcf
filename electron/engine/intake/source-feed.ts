import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { formatBytes } from '../../../shared/format/numbers.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { SnapshotExtent } from './psync/link.ts';
import type { SpoolSize } from '../log/chunk.ts';
import type { Cursor } from '../log/cursor.ts';
import type { SpoolFolder } from '../log/spool-folder.ts';
import { StreamClock } from '../expiry/stream-clock.ts';
import { Backoff } from './backoff.ts';
import { FeedProgress } from './feed-progress.ts';
import type { Comer } from './source-log/comers.ts';
import type { Greeting, LogMember } from './source-log/log-member.ts';
import { serverKey } from './source-log/server-key.ts';
import type { SourceLog } from './source-log/source-log.ts';
import type { Attached, KeptPlace, SourceLogs } from './source-log/source-logs.ts';
import type { StreamPosition } from './stream-position.ts';
import type { Trouble } from './trouble.ts';
import type { Clock, Timer } from '../world/clock.ts';
import type { World } from '../world/world.ts';

/** What a spool keeps free of its memory to move chunks. */
const MOVING_CHUNKS = 12;
/**
 * What is applied stays in the spool a little longer: a target that is killed may come back some seconds behind what it
 * had answered (appendfsync everysec), and a small backlog of the source may not reach back that far.
 */
const RETAINED_BYTES = 16 * 1024 * 1024;
/** It fits into memory with room to spare. */
const RETAINED_SHARE = 1 / 3;
/** A full spool or disk needs at least this long to get room. */
const SPOOL_WAIT_MS = 1000;

export interface SourceFeedOptions {
  readonly world: World;
  /** Of the process, or of this run alone. */
  readonly logs: SourceLogs;
  /** The source as it was given. */
  readonly source: Endpoint;
  /** Where the source is now, asked before each link, with where it is to go on; undefined for a snapshot. */
  readonly locate: (from: StreamPosition | undefined) => Endpoint | Promise<Endpoint>;
  /**
   * A server is read that follows the source. Its history may part from what was received while the link leads where it did, so `rejoin`
   * is asked before each; and what it has of the stream the source has run before.
   */
  readonly ofReplica?: boolean;
  /**
   * The source is another server than the one that was followed up to a position: where the stream can go on from, which is before
   * that where the other never had the last of it and it came to nothing. Never rejects.
   */
  readonly rejoin: (from: StreamPosition) => Promise<StreamPosition>;
  /** How much memory a log may take that is opened for this run, in chunks; see SpoolOptions. */
  readonly size: SpoolSize;
  /** Where goes what does not fit into memory. */
  readonly newFolder: () => SpoolFolder;
  readonly retryForMs: number;
  /** Whether this run goes on with what a task has begun: what may heal is waited for before it was ever linked, too. */
  readonly goesOn?: boolean;
  /** What is acknowledged. */
  readonly appliedOffset: () => number;
  /** Where the stream can go on from, of whatever history that is; undefined when only a snapshot leads on. */
  readonly position: () => StreamPosition | undefined;
  /**
   * The source answers with a history that is not the one that was followed so far. Nothing of it is taken before this has
   * resolved; it rejects where nothing of it is to be taken.
   */
  readonly admit: (replid: string) => Promise<void>;
  /** A snapshot begins. `reason` says why, when a resume was asked for. */
  readonly onFullSync: (start: StreamPosition, reason: string | undefined) => void;
  /** The stream goes on where it was asked to; the first time after `start` with a position. */
  readonly onResumed: (replid: string) => void;
  /** The spool is full while a copy needs what is in it: the source waits until the target has taken more. */
  readonly onStalled: () => void;
  /** What is read from is about to be gone: whatever reads must stop. */
  readonly onReset: () => void;
  /** Whether a snapshot is to be held whole before any of it is taken from the spool. */
  readonly holdsWhole: () => boolean;
  readonly onReadable: () => void;
  readonly onTrouble: (trouble: Trouble) => void;
  readonly onFatal: (error: LockstepError) => void;
}

/**
 * The source's side of a task: how it comes to a log of its source, and stays with it. It mends the link by itself, going on from
 * what has been received, so that what waits in the spool is not lost with a connection. The log may be read by others as well.
 */
export class SourceFeed {
  private readonly options: SourceFeedOptions;
  private readonly backoff: Backoff;
  private readonly progress = new FeedProgress();
  private readonly comer: Comer;
  private readonly member: LogMember;
  private readonly time: Clock;
  private copies = 0;
  private stallTold = false;
  private at: Attached | undefined;
  /** What was read before, while there is nothing to read. */
  private last: Attached | undefined;
  /** Where it is about to go on. */
  private kept: KeptPlace | undefined;
  /** Resolves once what was left needs none of this run's memory any more. */
  private leaving: Promise<unknown> = Promise.resolve();
  /** What is asked for while there is no log, and why. */
  private asked: StreamPosition | undefined;
  private reason: string | undefined;
  private linkedTo = '';
  private timer: Timer | undefined;
  private closed = false;
  private closing: Promise<void> | undefined;
  /** Nothing more is wanted of the source, and what it comes to where something of it is needed all the same. */
  private left: 'SOURCE_IS_TARGET' | 'INTERRUPTED' | undefined;
  private everConnected: boolean;
  private paused = false;
  /** The spool failed while paused: what follows the checkpoint is asked for again on resume. */
  private heldBack = false;
  private generation = 0;
  /** Where the snapshot was taken that this run has copied, or copies. */
  private copiedAt: number | undefined;
  /** Whose offsets the clock's are. */
  private history = '';
  /** Where the spool goes that does not fit memory, and whatever else this run lays beside it. */
  folder: SpoolFolder;
  readonly clock = new StreamClock();

  constructor(options: SourceFeedOptions) {
    this.options = options;
    this.time = options.world.clock;
    this.everConnected = options.goesOn ?? false;
    this.backoff = new Backoff(options.retryForMs);
    this.folder = options.newFolder();
    this.comer = options.logs.comers.expect(serverKey(options.source));
    this.member = {
      appliedOffset: options.appliedOffset,
      admit: options.admit,
      mayStall: () => this.mayStall(),
      onHeard: () => (this.everConnected = true),
      onLinked: (greeting) => this.onLinked(greeting),
      onData: () => this.onData(),
      onReadable: options.onReadable,
      onStalled: () => this.onStalled(),
      onBroken: (error) => this.onLinkError(error),
      onRefused: () => void this.onRefused(),
      onSpoolFailed: (error) => this.onSpoolError(error),
      onCutLoose: (error) => this.onCutLoose(error),
    };
  }

  private get log(): SourceLog | undefined {
    return this.at?.log;
  }

  /** What is read, or was read last. @throws LockstepError INTERNAL before anything was */
  private get known(): Attached {
    const known = this.at ?? this.last;
    if (!known) throw new LockstepError('INTERNAL', 'nothing was asked of the source yet');
    return known;
  }

  /** From where the target reads; one that is closed while there is nothing to read. */
  get cursor(): Cursor {
    return this.known.reader.cursor;
  }

  /** What has come and was not read. */
  get unreadBytes(): number {
    return this.at?.reader.cursor.unreadBytes ?? 0;
  }

  /** All that has come for this run, snapshot and stream. */
  get receivedBytes(): number {
    return this.at ? this.at.log.spool.writePosition - this.at.reader.start : 0;
  }

  get diskBytes(): number {
    return this.log?.spool.diskBytes ?? 0;
  }

  /** How far behind what is applied the spool is let go of. */
  get retainedBytes(): number {
    const { chunks, chunkBytes } = this.log?.size ?? this.options.size;
    return Math.min(RETAINED_BYTES, Math.floor(chunks * chunkBytes * RETAINED_SHARE));
  }

  /** See Spool.capacityBytes. */
  get capacityBytes(): number {
    return this.log?.spool.capacityBytes ?? 0;
  }

  /** Where it lies in the log, once it has come whole. */
  get snapshot(): SnapshotExtent | undefined {
    return this.log?.snapshot;
  }

  get snapshotBytes(): number | undefined {
    return this.log?.snapshotBytes;
  }

  /** `host:port` of what the log is linked to, or was last; empty without a log. */
  get linkedAt(): string {
    return this.log?.linkedTo ?? '';
  }

  /** See SourceFeedOptions. */
  get ofReplica(): boolean {
    return this.options.ofReplica ?? false;
  }

  /** When the present link was asked for, by the source's clock, about: no snapshot of it is older. */
  get askedAtMs(): number {
    return (this.log?.askedAtMs ?? 0) + this.clock.aheadMs;
  }

  get connected(): boolean {
    return this.at !== undefined && this.at.log.linked && !this.at.reader.sealed;
  }

  /** That the snapshot can never be held whole; undefined as long as it may fit, or its size is not known. */
  get tooLarge(): LockstepError | undefined {
    if (!this.log) return undefined;
    const { chunks, chunkBytes } = this.log.size;
    const memoryBytes = Math.max(0, chunks - MOVING_CHUNKS) * chunkBytes;
    const bytes = this.snapshotBytes ?? 0;
    if (bytes <= this.mostQuotaBytes + memoryBytes) return undefined;
    return this.notHeld(`the snapshot has ${formatBytes(bytes)}`);
  }

  /** That a snapshot cannot be held whole. */
  notHeld(fact: string): LockstepError {
    const most = formatBytes(this.mostQuotaBytes);
    return new LockstepError('SNAPSHOT_TOO_LARGE', `${fact}, and the spool may take ${most}`);
  }

  /** That of the log that is read, or of one that this run would open itself, where that may take more. */
  private get mostQuotaBytes(): number {
    return Math.max(this.folder.quotaBytes, this.log?.folder.quotaBytes ?? 0);
  }

  get replid(): string {
    return this.at?.reader.replid ?? this.asked?.replid ?? '';
  }

  /**
   * Whether what stands at this position is a part of the history that is followed: under its own id, or, up to where the source
   * went on with it, under the one before.
   */
  follows(position: StreamPosition): boolean {
    return this.at?.reader.follows(position) ?? position.replid === this.replid;
  }

  /** The source went on under another id than this one, from less far on than is asked about. */
  hasLeft(replid: string): boolean {
    return this.at?.reader.hasLeft(replid) ?? false;
  }

  get receivedOffset(): number {
    return this.at?.reader.receivedOffset ?? this.asked?.offset ?? 0;
  }

  /** A snapshot has not come whole yet, so the spool holds no stream. */
  get snapshotPending(): boolean {
    return this.log?.snapshotPending ?? false;
  }

  offsetAt(position: number): number {
    return this.known.log.offsetAt(position);
  }

  positionAt(offset: number): number {
    return this.known.log.positionAt(offset);
  }

  /** Whether the stream from this offset on is still in the spool. */
  holds(offset: number): boolean {
    return this.at?.reader.holds(offset) ?? false;
  }

  /** Drops whatever there is and begins anew: after a position, or with a snapshot. `kept`: that position, in a log that is there already. */
  async restart(from: StreamPosition | undefined, reason?: string, kept?: KeptPlace): Promise<void> {
    this.kept?.cursor.close();
    this.kept = kept;
    if (this.left)
      return this.options.onFatal(
        new LockstepError(this.left, 'what the source wrote last is no longer held on this machine'),
      );
    const generation = ++this.generation;
    this.heldBack = false;
    this.comes();
    this.options.onReset();
    this.time.clear(this.timer);
    this.asked = from;
    this.reason = reason;
    await this.detach();
    if (this.closed || generation !== this.generation) return;
    await this.seek();
  }

  /**
   * Goes over to another log of the same source where that holds what follows the checkpoint as well, so that the source is soon
   * read once again.
   */
  meet(): void {
    const { log } = this;
    const from = this.options.position();
    if (!from || !log || this.paused || this.left || this.closed || !this.connected) return;
    const kept = this.options.logs.betterPlace(log, this.member, from);
    if (kept) void this.restart(from, undefined, kept);
  }

  /** Nothing is taken from the spool for a while: the link goes on, and no fault of this side is retried in vain. */
  pause(): void {
    this.paused = true;
    this.backoff.patient = true;
    this.log?.lookAgain();
  }

  resume(): void {
    this.paused = false;
    this.backoff.patient = false;
    this.backoff.succeeded();
    if (!this.heldBack) return;
    const from = this.at ? this.options.position() : this.asked;
    void this.restart(from, 'the spool could not hold what came during the pause');
  }

  /** The source is another server now: the link to the one before is left, though it may still stand, since that follows the new one soon. */
  relocated(to: Endpoint): void {
    const { at } = this;
    const there = describeEndpoint(to);
    if (!at || at.log.down || at.log.over || this.left || this.closed) return;
    if (there === this.linkedTo || there === at.log.linkedTo) return;
    at.log.drop(at.reader);
    this.linkAgain();
  }

  /** Nothing more is wanted of the source; what has come stays to be applied. `why`: what it ends with where that is lost. */
  leave(why: 'SOURCE_IS_TARGET' | 'INTERRUPTED'): void {
    this.left = why;
    this.time.clear(this.timer);
    this.options.logs.comers.end(this.comer);
    if (this.at) this.at.log.seal(this.at.reader);
  }

  ack(): void {
    this.log?.ack();
  }

  close(): Promise<void> {
    this.closed = true;
    this.closing ??= this.end();
    return this.closing;
  }

  /** What the source itself said of where it stands, by its clock; `replid` is empty where it does not tell. See StreamClock. */
  sampled(replid: string, offset: number, sourceMs: number, nowMs: number, certain: boolean): void {
    if (replid === '' || replid === this.replid) this.clock.sample(offset, sourceMs, nowMs, certain);
  }

  private async end(): Promise<void> {
    this.time.clear(this.timer);
    this.kept?.cursor.close();
    this.kept = undefined;
    this.options.logs.comers.end(this.comer);
    await this.detach();
    this.folder.close();
  }

  /** Leaves the log. Files of a log that goes on without this run stay where they are, and count no more. */
  private async detach(): Promise<void> {
    const { at } = this;
    this.at = undefined;
    if (at) {
      this.last = at;
      this.leaving = Promise.all([this.leaving, at.log.leave(at.reader)]);
    }
    await this.leaving;
    if (this.closed || this.at || !this.folder.shared) return;
    this.folder.close();
    this.folder = this.options.newFolder();
  }

  /** What this run is about to read is not to be let go of before it has come. */
  private comes(): void {
    if (!this.closed && !this.left) this.options.logs.comers.set(this.comer, true);
  }

  /** Whether what was begun in this generation is still to be gone on with. */
  private wantedAs(generation: number): boolean {
    return !this.closed && !this.left && generation === this.generation;
  }

  /** Where the source is, and, where that is another server than before, where to go on; undefined where nothing more is to be done. */
  private async locate(
    from: StreamPosition | undefined,
    stillNeeded = (): boolean => true,
  ): Promise<Endpoint | undefined> {
    const { generation } = this;
    const wanted = (): boolean => this.wantedAs(generation) && stillNeeded();
    let endpoint: Endpoint;
    try {
      endpoint = await this.options.locate(from);
    } catch (error) {
      if (wanted()) this.onLinkError(asLockstepError(error));
      return undefined;
    }
    if (!wanted() || !(await this.agrees(describeEndpoint(endpoint), from))) return undefined;
    return wanted() ? endpoint : undefined;
  }

  /** @returns false where the target had to step back before it can go on with this server, and begins anew from there */
  private async agrees(server: string, from: StreamPosition | undefined): Promise<boolean> {
    const { generation } = this;
    const moved = this.linkedTo !== '' && (this.linkedTo !== server || this.ofReplica);
    const to = from && moved ? await this.options.rejoin(from) : from;
    if (!this.wantedAs(generation)) return false;
    this.linkedTo = server;
    if (to === from) return true;
    // What the clock knows was told by the server before.
    this.clock.clear();
    void this.restart(to);
    return false;
  }

  /** Comes to a log, or to the fault that kept the source from being found. */
  private async seek(): Promise<void> {
    const { generation, comer, member, folder } = this;
    const { logs, size } = this.options;
    const { asked: from, kept } = this;
    this.kept = undefined;
    const endpoint = await this.locate(from);
    if (!endpoint) return kept?.cursor.close();
    await logs.attach({
      ...{ comer, endpoint, from, member, size, folder, kept },
      wanted: () => this.wantedAs(generation),
      onAttached: (at) => (this.at = at),
    });
    // Who has linked it before is about to try again.
    if (this.at?.log.down) this.linkAgain();
  }

  /** Goes on from what has been received. */
  private linkAgain(): void {
    const { at } = this;
    if (!at) return void this.seek();
    if (at.log.over && at.log.snapshotPending)
      return void this.restart(undefined, 'the link broke during the snapshot');
    if (at.log.over || at.reader.sealed) return void this.restart(this.options.position());
    void this.relink(at);
  }

  private async relink({ log, reader }: Attached): Promise<void> {
    const needed = (): boolean => log.down && this.at?.reader === reader;
    const endpoint = await this.locate(log.position, needed);
    if (endpoint) log.open(endpoint);
  }

  private onLinked(greeting: Greeting): void {
    const { replid, offset, linkedTo } = this.log!;
    this.time.clear(this.timer);
    this.everConnected = true;
    this.linkedTo = linkedTo;
    if (greeting === 'full' && replid !== this.history) this.clock.clear();
    this.history = replid;
    if (greeting === 'continue') return this.options.onResumed(replid);
    this.copiedAt = offset;
    this.copies += 1;
    this.stallTold = false;
    this.options.onFullSync({ replid, offset }, this.reason);
  }

  private onData(): void {
    if (!this.snapshotPending) this.clock.received(this.receivedOffset, this.time.now());
    this.options.onReadable();
  }

  private onStalled(): void {
    if (this.stallTold) return;
    this.stallTold = true;
    this.options.onStalled();
  }

  private async onRefused(): Promise<void> {
    const { log, generation } = this;
    const from = log?.position;
    this.comes();
    this.time.clear(this.timer);
    // Somebody else has linked it: what this one's target could step back to was not asked yet.
    if (!log || !from || !(await this.agrees(log.linkedTo, from)) || !this.wantedAs(generation)) return;
    const { replid, offset } = from;
    void this.restart(
      undefined,
      `the source no longer holds offset ${offset + 1} of ${replid} in its backlog`,
    );
  }

  private onLinkError(error: LockstepError): void {
    if (this.closed || this.left) return;
    // Slots that have moved on are taken up by whoever has divided the source.
    const waits = this.everConnected || error.code === 'SOURCE_SLOTS_MOVED';
    if (!waits || !error.entry.heals) return this.options.onFatal(error);
    if (!this.at || this.at.log.over || this.at.reader.sealed) this.comes();
    // What comes again is no progress, but what comes beyond it is.
    const received = this.at ? this.log?.position?.offset : this.asked?.offset;
    const wait = this.nextWait(received);
    if (wait === undefined) return this.options.onFatal(this.exhausted(error));
    this.options.onTrouble({ error, waitMs: wait, giveUpAtMs: this.backoff.givesUpAtMs });
    this.later(wait, () => this.linkAgain());
  }

  private later(waitMs: number, run: () => void): void {
    const { generation } = this;
    this.time.clear(this.timer);
    this.timer = this.time.setTimeout(() => {
      if (this.wantedAs(generation)) run();
    }, waitMs);
  }

  /** Until the next attempt; undefined when the retry duration has passed without one that got any further. */
  private nextWait(receivedOffset: number | undefined): number | undefined {
    const made = this.progress.made({
      copy: this.copies,
      receivedOffset,
      snapshotBytes: this.snapshot?.rdbEnd ?? (this.snapshotPending ? this.receivedBytes : 0),
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

  /** The others could not wait. What this one still needs is asked for again, into a log of its own if need be. */
  private onCutLoose(error: LockstepError): void {
    this.asked = this.options.position();
    const again = (): void => void this.restart(this.asked, 'the other targets could not wait for this one');
    this.spoolLost(error, again, 'the task goes on from its checkpoint when it is resumed');
    this.last = this.at;
    this.at = undefined;
    this.options.onReset();
  }

  /** What could not be spooled is lost, so the feed starts again after the checkpoint, if the backlog still has it. */
  private onSpoolError(error: LockstepError): void {
    if (this.closed) return;
    if (this.left || !error.entry.heals) return this.options.onFatal(error);
    const ownIsLarger = this.log !== undefined && this.log.folder.quotaBytes < this.folder.quotaBytes;
    if (error.code === 'SPOOL_FULL' && this.snapshotPending && this.options.holdsWhole() && !ownIsLarger)
      return this.options.onFatal(
        this.notHeld(`${formatBytes(this.receivedBytes)} of the snapshot have come`),
      );
    this.spoolLost(
      error,
      () => void this.restart(this.options.position(), 'the spool could not hold what came'),
      'the link to the source is closed until the task goes on, from its checkpoint',
    );
  }

  private spoolLost(error: LockstepError, again: () => void, onResume: string): void {
    this.generation += 1;
    this.time.clear(this.timer);
    if (this.paused) {
      // The link stays closed: what the source would send again could only fail again.
      this.heldBack = true;
      this.options.logs.comers.set(this.comer, false);
      this.options.onTrouble({ error, onResume });
      return;
    }
    // That the source sends it all again is no success: only what has been applied meanwhile is.
    const next = this.nextWait(undefined);
    if (next === undefined) return this.options.onFatal(error);
    const wait = Math.max(next, SPOOL_WAIT_MS);
    this.options.onTrouble({ error, waitMs: wait, giveUpAtMs: this.backoff.givesUpAtMs });
    this.later(wait, again);
  }
}
