import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatBytes } from '../../../shared/format/numbers.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { Clock } from '../world/clock.ts';
import { FeedReading } from './feed-reading.ts';
import { FeedRetries } from './feed-retries.ts';
import { SourceFinder } from './source-finder.ts';
import type { SourceFeedOptions } from './source-feed-options.ts';
import type { Comer } from './source-log/comers.ts';
import type { Greeting, LogMember } from './source-log/log-member.ts';
import { serverKey } from './source-log/server-key.ts';
import type { Attached, KeptPlace } from './source-log/source-logs.ts';
import type { StreamPosition } from './stream-position.ts';

/** A full spool or disk needs at least this long to get room. */
const SPOOL_WAIT_MS = 1000;

/**
 * The source's side of a task: how it comes to a log of its source, and stays with it. It mends the link by itself, going on from
 * what has been received, so that what waits in the spool is not lost with a connection. The log may be read by others as well.
 */
export class SourceFeed extends FeedReading {
  private readonly options: SourceFeedOptions;
  private readonly retries: FeedRetries;
  private readonly finder: SourceFinder;
  private readonly comer: Comer;
  private readonly member: LogMember;
  private readonly time: Clock;
  private stallTold = false;
  /** Where it is about to go on. */
  private kept: KeptPlace | undefined;
  /** Resolves once what was left needs none of this run's memory any more. */
  private leaving: Promise<unknown> = Promise.resolve();
  /** Why something is asked for. */
  private reason: string | undefined;
  private closed = false;
  private closing: Promise<void> | undefined;
  /** Nothing more is wanted of the source, and what it comes to where something of it is needed all the same. */
  private left: 'SOURCE_IS_TARGET' | 'INTERRUPTED' | undefined;
  private everConnected: boolean;
  private paused = false;
  /** The spool failed while paused: what follows the checkpoint is asked for again on resume. */
  private heldBack = false;
  private generation = 0;
  /** Whose offsets the clock's are. */
  private history = '';

  constructor(options: SourceFeedOptions) {
    super(options.size, options.newFolder());
    this.options = options;
    this.time = options.world.clock;
    this.everConnected = options.goesOn ?? false;
    this.retries = new FeedRetries(this.time, options.retryForMs);
    this.finder = new SourceFinder({
      ...options,
      onFault: (error) => this.onLinkError(error),
      onSteppedBack: (to) => {
        // What the clock knows was told by the server before.
        this.clock.clear();
        void this.restart(to);
      },
    });
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

  /** See SourceFeedOptions. */
  get ofReplica(): boolean {
    return this.options.ofReplica ?? false;
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
    this.retries.clear();
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
    this.retries.backoff.patient = true;
    this.log?.lookAgain();
  }

  resume(): void {
    this.paused = false;
    this.retries.backoff.patient = false;
    this.retries.backoff.succeeded();
    if (!this.heldBack) return;
    const from = this.at ? this.options.position() : this.asked;
    void this.restart(from, 'the buffer on this machine could not hold what came during the pause');
  }

  /** The source is another server now: the link to the one before is left, though it may still stand, since that follows the new one soon. */
  relocated(to: Endpoint): void {
    const { at } = this;
    const there = describeEndpoint(to);
    if (!at || at.log.down || at.log.over || this.left || this.closed) return;
    if (there === this.finder.linkedTo || there === at.log.linkedTo) return;
    at.log.drop(at.reader);
    this.linkAgain();
  }

  /** Nothing more is wanted of the source; what has come stays to be applied. `why`: what it ends with where that is lost. */
  leave(why: 'SOURCE_IS_TARGET' | 'INTERRUPTED'): void {
    this.left = why;
    this.retries.clear();
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
    this.retries.clear();
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

  /** Comes to a log, or to the fault that kept the source from being found. */
  private async seek(): Promise<void> {
    const { generation, comer, member, folder } = this;
    const { logs, size } = this.options;
    const { asked: from, kept } = this;
    this.kept = undefined;
    const wanted = (): boolean => this.wantedAs(generation);
    const endpoint = await this.finder.find(from, wanted);
    if (!endpoint) return kept?.cursor.close();
    await logs.attach({
      ...{ comer, endpoint, from, member, size, folder, kept },
      wanted,
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
    const { generation } = this;
    const needed = (): boolean => log.down && this.at?.reader === reader;
    const endpoint = await this.finder.find(log.position, () => this.wantedAs(generation), needed);
    if (endpoint) log.open(endpoint);
  }

  private onLinked(greeting: Greeting): void {
    const { replid, offset, linkedTo } = this.log!;
    this.retries.clear();
    this.everConnected = true;
    this.finder.linkedTo = linkedTo;
    if (greeting === 'full' && replid !== this.history) this.clock.clear();
    this.history = replid;
    if (greeting === 'continue') return this.options.onResumed(replid);
    this.retries.copyBegins(offset);
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
    this.retries.clear();
    const wanted = (): boolean => this.wantedAs(generation);
    // Somebody else has linked it: what this one's target could step back to was not asked yet.
    if (!log || !from || !(await this.finder.agrees(log.linkedTo, from, wanted)) || !wanted()) return;
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
    if (wait === undefined) return this.options.onFatal(this.retries.exhausted(error));
    this.options.onTrouble({ error, waitMs: wait, giveUpAtMs: this.retries.backoff.givesUpAtMs });
    this.later(wait, () => this.linkAgain());
  }

  private later(waitMs: number, run: () => void): void {
    const { generation } = this;
    this.retries.later(waitMs, () => {
      if (this.wantedAs(generation)) run();
    });
  }

  /** See FeedRetries. `receivedOffset`: what counts as such. */
  private nextWait(receivedOffset: number | undefined): number | undefined {
    return this.retries.nextWait({
      receivedOffset,
      snapshotBytes: this.snapshot?.rdbEnd ?? (this.snapshotPending ? this.receivedBytes : 0),
      applied: this.options.position(),
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
      () => void this.restart(this.options.position(), 'the buffer on this machine could not hold what came'),
      'the link to the source is closed until the task goes on, from its checkpoint',
    );
  }

  private spoolLost(error: LockstepError, again: () => void, onResume: string): void {
    this.generation += 1;
    this.retries.clear();
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
    this.options.onTrouble({ error, waitMs: wait, giveUpAtMs: this.retries.backoff.givesUpAtMs });
    this.later(wait, again);
  }
}
