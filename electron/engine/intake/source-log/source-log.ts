import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import { describeEndpoint, type Endpoint } from '../../../../shared/model/endpoint.ts';
import type { SpoolSize } from '../../log/chunk.ts';
import type { Cursor } from '../../log/cursor.ts';
import type { SpoolMemory } from '../../log/log-memory.ts';
import type { SpoolFolder } from '../../log/spool-folder.ts';
import { Spool } from '../../log/spool.ts';
import type { World } from '../../world/world.ts';
import type { PsyncAnswer } from '../psync/handshake.ts';
import { ReplicationLink, type SnapshotExtent } from '../psync/link.ts';
import type { StreamPosition } from '../stream-position.ts';
import type { Greeting, LogMember } from './log-member.ts';
import { Agreement } from './agreement.ts';
import { LogReader, type ReadLog } from './log-reader.ts';
import { LogRoom } from './log-room.ts';
import { nextLinkState, type LinkSignal, type LinkState } from './link-state.ts';
import { Readers } from './readers.ts';
import { serverKey } from './server-key.ts';
import { Waiters } from './waiters.ts';

/** Why what was waited for did not come. */
const CLOSED: Promise<void> = Promise.resolve();

export interface SourceLogOptions {
  readonly world: World;
  readonly memory: SpoolMemory;
  /** Where goes what does not fit the memory; shared with whoever opens the log. */
  readonly folder: SpoolFolder;
  /** Where the stream is asked for; undefined asks for a snapshot. */
  readonly from: StreamPosition | undefined;
  readonly onClosed: () => void;
}

/**
 * What one server sends, read once: a replication link with the spool behind it, and everybody who reads that. It makes no attempt by
 * itself: those who read it do, each when it wants to, and the first one's serves all.
 */
export class SourceLog implements ReadLog {
  private readonly options: SourceLogOptions;
  private readonly waiters: Waiters;
  private readonly readers = new Readers();
  private readonly room: LogRoom;
  private link: ReplicationLink | undefined;
  private state: LinkState = 'down';
  private base: StreamPosition | undefined;
  private basePosition = 0;
  private closing: Promise<void> | undefined;
  readonly spool: Spool;
  /** See serverKey; of the server that it is linked to, or was last. */
  key = '';
  linkedTo = '';
  /** This machine's clock when the present link was asked for. */
  askedAtMs = 0;
  /** Where the source was asked to go on, when it answered with another history that goes on from there. */
  earlier: StreamPosition | undefined;
  snapshot: SnapshotExtent | undefined;
  snapshotBytes: number | undefined;

  constructor(options: SourceLogOptions) {
    const { memory, folder, from, world } = options;
    this.options = options;
    this.waiters = new Waiters(world.clock);
    this.base = from;
    folder.share();
    this.room = new LogRoom({
      ...{ clock: world.clock, readers: this.readers, quotaBytes: folder.quotaBytes },
      spool: () => this.spool,
      over: () => this.over,
    });
    this.spool = new Spool({
      ...{ arena: memory.arena, chunks: memory.chunks, spare: memory.spare, folder },
      chunkBytes: memory.chunkBytes,
      onWritable: () => this.link?.resume(),
      mayStall: () => this.room.mayStall,
      onStalled: () => this.readers.tell(({ member }) => member.onStalled()),
      onFull: () => this.room.makeWay(),
      onError: (error) => this.spoolFailed(error),
    });
  }

  get folder(): SpoolFolder {
    return this.options.folder;
  }

  /** How its memory is divided. */
  get size(): SpoolSize {
    const { chunks, chunkBytes } = this.options.memory;
    return { chunks: chunks.length, chunkBytes };
  }

  get replid(): string {
    return this.base?.replid ?? '';
  }

  /** Of the stream's first byte in the log; 0 before anything is known of it. */
  get offset(): number {
    return this.base?.offset ?? 0;
  }

  /** How far the source's stream has come; undefined where only a snapshot leads on. */
  get position(): StreamPosition | undefined {
    if (!this.base || this.snapshotPending) return undefined;
    return { replid: this.base.replid, offset: this.offsetAt(this.spool.writePosition) };
  }

  /** A snapshot has not come whole yet, so there is no stream. */
  get snapshotPending(): boolean {
    return this.base !== undefined && this.basePosition < 0;
  }

  get linked(): boolean {
    return this.state === 'linked';
  }

  /** An attempt is what it needs next. */
  get down(): boolean {
    return this.state === 'down';
  }

  /** Nothing more comes into it. */
  get over(): boolean {
    return this.state === 'over';
  }

  /** Readers that want more of the source. */
  get wanting(): number {
    return this.readers.active.length;
  }

  offsetAt(position: number): number {
    return this.offset + (position - this.basePosition);
  }

  positionAt(offset: number): number {
    return this.basePosition + (offset - this.offset);
  }

  /** Whether somebody can begin to read at this place; without one, with the first byte of a snapshot. */
  takes(from: StreamPosition | undefined): boolean {
    const { spool } = this;
    if (this.over || !spool.takesCursor) return false;
    if (!from) return spool.oldestPosition === 0 && (!this.base || this.snapshotKnown);
    if (!this.isOf(from)) return false;
    const position = this.positionAt(from.offset);
    // What lies before the stream is the snapshot.
    const first = Math.max(spool.oldestPosition, this.basePosition);
    return position >= first && position <= spool.writePosition;
  }

  /** Whether it may come to that soon: this place is behind what has come, or was asked for. */
  mayTake(from: StreamPosition | undefined): boolean {
    if (!from || this.over || this.down || !this.isOf(from)) return false;
    return this.spool.takesCursor && this.positionAt(from.offset) > this.spool.writePosition;
  }

  /** Waits for its next answer or fault, or for what it gets to reach this place, but not for long. */
  change(from: StreamPosition | undefined, atMostMs: number): Promise<void> {
    return this.over ? CLOSED : this.waiters.wait(from, atMostMs);
  }

  /** Nothing from a place on that it `takes` is let go of before the cursor is closed, which one that joins may take for its own. */
  keep(member: LogMember, from: StreamPosition | undefined): Cursor {
    return this.spool.open(from ? this.positionAt(from.offset) : 0, () => member.onReadable());
  }

  /** One more reads it, from a place that it `takes`. */
  join(member: LogMember, from: StreamPosition | undefined, cursor = this.keep(member, from)): LogReader {
    const greeting: Greeting = from ? 'continue' : 'full';
    const reader = new LogReader(this, member, cursor, greeting, from?.replid ?? '');
    this.readers.add(reader);
    return reader;
  }

  /** See LogRoom. */
  keepStart(): void {
    this.room.keepStart();
  }

  letStartGo(): void {
    this.room.letStartGo();
  }

  get keepsStart(): boolean {
    return this.room.keepsStart;
  }

  /** Links it, for the first time or behind what has come. Nothing where that has been done. */
  open(endpoint: Endpoint): void {
    if (!this.move('open')) return;
    const { world } = this.options;
    const from = this.position;
    this.linkedTo = describeEndpoint(endpoint);
    this.key = serverKey(endpoint);
    this.askedAtMs = world.clock.now();
    this.link = new ReplicationLink({
      world,
      endpoint,
      resumeFrom: from,
      spool: this.spool,
      appliedOffset: () => this.readers.appliedOffset,
      onPsync: (answer) => this.onPsync(answer, from),
      onSnapshotBegin: (bytes) => {
        this.snapshotBytes = bytes;
      },
      onSnapshotEnd: (extent) => {
        this.snapshot = extent;
        this.basePosition = extent.streamStart;
      },
      onData: () => this.onData(),
      onError: (error) => this.onLost(error),
    });
  }

  /** Leaves the present link, since the source is elsewhere now: who has found that out links it again, and the others are told. */
  drop(by: LogReader): void {
    const left = new LockstepError('SOURCE_LINK_LOST', 'the source is another server now');
    this.dropLink();
    if (this.snapshotPending) this.end();
    else this.move('lost');
    this.readers.tell((reader) => {
      if (reader !== by) reader.member.onBroken(left);
    });
  }

  ack(): void {
    this.link?.ack();
  }

  /** One that may make the others wait no longer does. */
  lookAgain(): void {
    this.spool.lookAgain();
  }

  /** This reader wants nothing more of the source. */
  seal(reader: LogReader): void {
    reader.seal();
    if (this.readers.active.length === 0) this.end();
  }

  /** The reader is gone. Resolves once its memory is free, where it was the last. */
  leave(reader: LogReader): Promise<void> {
    if (!this.readers.remove(reader)) return CLOSED;
    reader.cursor.close();
    if (this.readers.all.length === 0) return this.close();
    if (this.readers.active.length === 0) this.end();
    return CLOSED;
  }

  private close(): Promise<void> {
    this.end();
    this.closing ??= this.clear();
    return this.closing;
  }

  private async clear(): Promise<void> {
    await this.spool.close();
    this.options.folder.close();
    this.options.memory.giveBack();
    this.options.onClosed();
  }

  /** It begins with a snapshot. */
  private get snapshotKnown(): boolean {
    return this.snapshotPending || this.snapshot !== undefined;
  }

  private isOf({ replid, offset }: StreamPosition): boolean {
    if (this.snapshotPending) return false;
    if (replid === this.replid) return true;
    return this.earlier !== undefined && replid === this.earlier.replid && offset <= this.earlier.offset;
  }

  private move(signal: LinkSignal): boolean {
    const next = nextLinkState(this.state, signal);
    if (next !== undefined) this.state = next;
    return next !== undefined;
  }

  private end(): void {
    this.dropLink();
    this.letStartGo();
    if (this.move('end')) this.waiters.wake();
  }

  private dropLink(): void {
    this.link?.close();
    this.link = undefined;
  }

  private onPsync(answer: PsyncAnswer, from: StreamPosition | undefined): void | Promise<void> {
    this.readers.tell(({ member }) => member.onHeard());
    if (answer.replid === undefined || answer.replid === this.replid) return this.answered(answer, from);
    return this.admitted(answer, answer.replid, from);
  }

  /** Nothing of another history is taken before all who read have agreed to it; who does not, or does not say, reads no further. */
  private async admitted(
    answer: PsyncAnswer,
    replid: string,
    from: StreamPosition | undefined,
  ): Promise<void> {
    const { link } = this;
    const agreement = new Agreement(this.options.world.clock, (reader) => this.admit(reader, replid));
    for (;;) {
      const asked = this.readers.active.filter(({ admitted }) => admitted !== replid);
      if (asked.length === 0) break;
      await agreement.wait(asked);
      if (link !== this.link) return;
      this.leaveBehind(asked, replid);
    }
    this.answered(answer, from);
  }

  /** Those who have not said whether they agree come back when they have: the others go on. */
  private leaveBehind(asked: readonly LogReader[], replid: string): void {
    if (!this.readers.active.some(({ admitted }) => admitted === replid)) return;
    for (const reader of asked) {
      if (reader.admitted === replid || !this.readers.isActive(reader)) continue;
      reader.seal();
      const fact = 'it did not answer when the source had another history, and the other targets go on';
      reader.member.onBroken(new LockstepError('TARGET_UNREACHABLE', fact));
    }
  }

  private async admit(reader: LogReader, replid: string): Promise<boolean> {
    const { link } = this;
    try {
      await reader.member.admit(replid);
      reader.admitted = replid;
      return true;
    } catch (error) {
      if (link !== this.link || !this.readers.isActive(reader)) return false;
      if (this.readers.active.length > 1) {
        reader.seal();
      } else {
        this.dropLink();
        this.move('lost');
      }
      reader.member.onBroken(asLockstepError(error));
      return false;
    }
  }

  /** Tells one that has joined that it may read, as soon as the source has answered and it agrees to the history. */
  welcome(reader: LogReader): void {
    if (this.linked) void this.admitAndGreet(reader);
  }

  private async admitAndGreet(reader: LogReader): Promise<void> {
    const { replid } = this;
    if (reader.admitted !== replid && !(await this.admit(reader, replid))) return;
    if (this.linked && replid === this.replid && this.readers.isActive(reader)) this.greet(reader);
  }

  private greet(reader: LogReader): void {
    const greeting = reader.greeted ? 'continue' : reader.greeting;
    reader.greeted = true;
    reader.member.onLinked(greeting);
  }

  private answered(answer: PsyncAnswer, from: StreamPosition | undefined): void {
    if (answer.kind === 'full' && from) {
      this.end();
      return this.readers.tell(({ member }) => member.onRefused());
    }
    if (!this.move('answered')) return;
    if (answer.kind === 'full') {
      this.base = { replid: answer.replid, offset: answer.offset };
      this.basePosition = -1;
    } else {
      // After a failover of the source the stream goes on under another id.
      if (from && answer.replid !== undefined && answer.replid !== from.replid) this.earlier = from;
      if (this.base && answer.replid) this.base = { replid: answer.replid, offset: this.base.offset };
    }
    const { replid } = this;
    this.readers.tell((reader) => {
      if (reader.admitted === replid) this.greet(reader);
      else this.welcome(reader);
    });
    this.waiters.wake();
  }

  private onData(): void {
    for (const reader of this.readers.all) {
      if (reader.sealed || !reader.greeted) continue;
      try {
        reader.member.onData();
      } catch (error) {
        reader.member.onBroken(asLockstepError(error));
      }
    }
    if (this.waiters.any) this.waiters.reached(this.position);
  }

  private onLost(error: LockstepError): void {
    this.link = undefined;
    // A snapshot that breaks off is of no use, and what is behind it not known.
    if (this.snapshotPending) this.end();
    else this.move('lost');
    this.waiters.wake();
    this.readers.tell(({ member }) => member.onBroken(error));
  }

  private spoolFailed(error: LockstepError): void {
    this.end();
    // Who wants nothing more needs no room for it.
    for (const { sealed, member } of this.readers.all)
      if (!sealed || error.code !== 'SPOOL_FULL') member.onSpoolFailed(error);
  }
}
