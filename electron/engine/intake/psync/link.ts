import type { Socket } from 'node:net';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../../shared/errors/plain-reason.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import type { Spool } from '../../log/spool.ts';
import { hearLastWords } from '../../protocol/last-words.ts';
import { socketError } from '../../protocol/socket-error.ts';
import { command } from '../../protocol/resp/encode.ts';
import { Handshake, type PsyncAnswer } from './handshake.ts';
import { LineReader } from './line-reader.ts';
import { parsePayloadHeader, PayloadEnd } from './payload.ts';
import { openSourceSocket } from './source-socket.ts';
import type { Clock, Timer } from '../../world/clock.ts';
import type { World } from '../../world/world.ts';

const ACK_INTERVAL_MS = 1000;
/** A source that keeps PSYNC waiting for its next snapshot sends a newline every second meanwhile. */
const ANSWER_TIMEOUT_MS = 10_000;
/** The source pings its replicas every 10 s and feeds a newline every second while it forks. */
const SILENCE_TIMEOUT_MS = 60_000;
const STRAY_BYTES = 64 * 1024;

/** Where the snapshot lies in the spool, known once it has come whole. */
export interface SnapshotExtent {
  /** Spool position after the last byte of the RDB file itself. */
  readonly rdbEnd: number;
  /** Spool position of the first byte of the stream. */
  readonly streamStart: number;
}

export interface LinkOptions {
  readonly world: World;
  readonly endpoint: Endpoint;
  readonly resumeFrom: { readonly replid: string; readonly offset: number } | undefined;
  readonly spool: Spool;
  /** The offset that is applied and checkpointed on the target. */
  readonly appliedOffset: () => number;
  /** With a promise nothing more is read before that has resolved. It never rejects. */
  readonly onPsync: (answer: PsyncAnswer) => void | Promise<void>;
  /** The size of the snapshot in bytes, or undefined when the source does not say (diskless). */
  readonly onSnapshotBegin: (bytes: number | undefined) => void;
  readonly onSnapshotEnd: (extent: SnapshotExtent) => void;
  /** New bytes are in the spool. */
  readonly onData: () => void;
  readonly onError: (error: LockstepError) => void;
}

type Phase = 'handshake' | 'wait-payload' | 'snapshot' | 'stream' | 'closed';

/**
 * The replication link to a source. It reads the socket straight into the spool, as fast as the source sends,
 * and pauses only while the spool has no room at all. One life: after `onError` or `close` make a new one.
 */
export class ReplicationLink {
  private readonly options: LinkOptions;
  private readonly handshake: Handshake;
  private readonly stray = Buffer.allocUnsafe(STRAY_BYTES);
  private readonly socket: Socket;
  private readonly clock: Clock;
  private readonly timer: Timer;
  private phase: Phase = 'handshake';
  private readonly lines = new LineReader();
  private payload: PayloadEnd | undefined;
  private waiting: Buffer[] = [];
  private paused = false;
  /** What the source has answered is being looked at. */
  private held = false;
  private lastReadMs: number;
  /** When the command of the handshake that waits for its answer was sent, about. */
  private askedMs: number;

  constructor(options: LinkOptions) {
    this.options = options;
    const { endpoint, world } = options;
    this.clock = world.clock;
    this.lastReadMs = this.clock.now();
    this.askedMs = this.lastReadMs;
    this.handshake = new Handshake({
      user: endpoint.user,
      password: endpoint.password,
      resumeFrom: options.resumeFrom,
    });
    this.socket = openSourceSocket(world.net, endpoint, {
      onOpen: () => this.socket.write(this.handshake.start()),
      readBuffer: () => this.readBuffer(),
      onRead: (bytes, buf) => this.onRead(bytes, buf),
    });
    hearLastWords(this.socket, this.clock);
    this.socket.setNoDelay(true);
    this.socket.setKeepAlive(true, 30_000);
    this.socket.on('error', (cause) => this.fail(socketError('source', endpoint, cause)));
    this.socket.on('close', () =>
      this.fail(new LockstepError('SOURCE_LINK_LOST', 'the source closed the connection')),
    );
    this.timer = this.clock.setInterval(() => this.tick(), ACK_INTERVAL_MS);
  }

  /** Tells the source the applied offset at once, as an answer to GETACK. */
  ack(): void {
    if (this.phase === 'stream')
      this.socket.write(command('REPLCONF', 'ACK', String(this.options.appliedOffset())));
  }

  /** The spool has room again. */
  resume(): void {
    if (this.held) return;
    try {
      while (this.waiting.length > 0) {
        const next = this.waiting[0]!;
        const taken = this.options.spool.append(next, 0, next.length);
        // What remains is noted first, since whoever reads the spool may make room in it, and so call here, at once.
        if (taken < next.length) this.waiting[0] = next.subarray(taken);
        else this.waiting.shift();
        if (taken > 0) this.received(next, 0, taken);
        if (taken < next.length) return;
      }
    } catch (error) {
      return this.broke(error);
    }
    if (!this.paused || this.phase === 'closed') return;
    this.paused = false;
    this.lastReadMs = this.clock.now();
    this.socket.resume();
  }

  close(): void {
    this.phase = 'closed';
    this.waiting = [];
    this.clock.clear(this.timer);
    this.socket.destroy();
  }

  private readBuffer(): Buffer {
    if (this.phase !== 'snapshot' && this.phase !== 'stream') return this.stray;
    if (this.waiting.length > 0 || this.held) return this.stray;
    const room = this.options.spool.tail();
    return room ? this.options.spool.mem.subarray(room.from, room.to) : this.stray;
  }

  /** False pauses the socket. */
  private onRead(bytes: number, buf: Buffer): boolean {
    this.lastReadMs = this.clock.now();
    try {
      if (buf.buffer === this.options.spool.mem.buffer) {
        this.options.spool.commit(bytes);
        this.received(buf, 0, bytes);
      } else {
        this.takeStray(buf, bytes);
      }
    } catch (error) {
      this.broke(error);
    }
    if (this.waiting.length > 0 || this.held) this.paused = true;
    return !this.paused;
  }

  /** Bytes that are not in the spool yet: the handshake's lines, then whatever found no room. */
  private takeStray(buf: Buffer, bytes: number): void {
    let at = 0;
    while (at < bytes && !this.held && (this.phase === 'handshake' || this.phase === 'wait-payload'))
      at = this.takeLine(buf, at, bytes);
    if (at >= bytes || this.phase === 'closed') return;
    const taken = this.waiting.length > 0 || this.held ? 0 : this.options.spool.append(buf, at, bytes);
    if (at + taken < bytes) this.waiting.push(Buffer.from(buf.subarray(at + taken, bytes)));
    if (taken > 0) this.received(buf, at, at + taken);
  }

  private takeLine(buf: Buffer, from: number, to: number): number {
    const next = this.lines.take(buf, from, to);
    // A lone newline is a keepalive while the source forks or waits.
    if (this.lines.line) this.onLine(this.lines.line);
    return next;
  }

  private onLine(line: string): void {
    if (this.phase === 'wait-payload') {
      const frame = parsePayloadHeader(line);
      this.payload = new PayloadEnd(frame);
      this.phase = 'snapshot';
      this.options.onSnapshotBegin(frame.kind === 'length' ? frame.bytes : undefined);
      return;
    }
    const next = this.handshake.reply(line);
    if (Buffer.isBuffer(next)) {
      this.askedMs = this.clock.now();
      this.socket.write(next);
      return;
    }
    this.phase = next.kind === 'full' ? 'wait-payload' : 'stream';
    const looked = this.options.onPsync(next);
    if (looked) this.hold(looked);
    if (next.kind === 'continue') this.ack();
  }

  private hold(looked: Promise<void>): void {
    this.held = true;
    void looked.then(() => this.goOn());
  }

  /** What has come meanwhile, which is the rest of one read, is taken as if it came now. */
  private goOn(): void {
    this.held = false;
    if (this.phase === 'closed') return;
    try {
      for (const come of this.waiting.splice(0)) this.takeStray(come, come.length);
    } catch (error) {
      return this.broke(error);
    }
    this.resume();
  }

  /** Bytes that have just entered the spool. */
  private received(buf: Buffer, from: number, to: number): void {
    if (this.phase === 'snapshot') {
      const streamFrom = this.payload!.push(buf, from, to);
      if (streamFrom >= 0) {
        const streamStart = this.options.spool.writePosition - (to - streamFrom);
        this.phase = 'stream';
        this.options.onSnapshotEnd({ rdbEnd: streamStart - this.payload!.trailerBytes, streamStart });
        // The first ACK starts the stream after a diskless snapshot.
        this.ack();
      }
    }
    this.options.onData();
  }

  private tick(): void {
    const now = this.clock.now();
    // Only the answer to PSYNC may be put off by signs of life.
    const patient = this.handshake.state === 'RECEIVE_PSYNC_REPLY';
    if (this.phase === 'handshake' && now - (patient ? this.lastReadMs : this.askedMs) > ANSWER_TIMEOUT_MS) {
      this.fail(new LockstepError('SOURCE_UNREACHABLE', `no answer for ${ANSWER_TIMEOUT_MS / 1000} s`));
      return;
    }
    if (!this.paused && now - this.lastReadMs > SILENCE_TIMEOUT_MS) {
      this.fail(new LockstepError('SOURCE_LINK_LOST', `nothing arrived for ${SILENCE_TIMEOUT_MS / 1000} s`));
      return;
    }
    if (this.phase === 'stream') this.ack();
    // Empty lines keep the link alive without counting, as a native replica does while it loads. With a CR: where an ACK comes
    // in the same read, servers before 4.0 take two bytes for the line's end whatever it is.
    else if (this.phase === 'snapshot' || this.phase === 'wait-payload') this.socket.write('\r\n');
  }

  private broke(error: unknown): void {
    this.fail(asLockstepError(error));
  }

  private fail(error: LockstepError): void {
    if (this.phase === 'closed') return;
    this.close();
    this.options.onError(error);
  }
}
