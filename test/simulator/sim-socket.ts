import type { OnReadOpts } from 'node:net';
import { Duplex } from 'node:stream';

export interface SocketEvents {
  /** Bytes leave the engine. */
  readonly onWrite: (bytes: string) => void;
  /** The engine has nothing more to send. */
  readonly onEnd: () => void;
  /** The engine has closed it. */
  readonly onDestroy: () => void;
}

/** The engine's end of a connection: as much of `net.Socket` as the engine and its client library use. */
export class SimSocket extends Duplex {
  private readonly events: SocketEvents;
  private readonly onread: OnReadOpts | undefined;
  private readonly waiting: Buffer[] = [];
  private held = false;
  private peerEnded = false;
  /** The process behind it is gone: nothing of it reaches anybody any more. */
  private dead = false;
  connecting = true;

  constructor(events: SocketEvents, onread: OnReadOpts | undefined) {
    super({ allowHalfOpen: false });
    this.events = events;
    this.onread = onread;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  setTimeout(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  /** It stands. */
  connected(): void {
    if (this.dead || this.destroyed) return;
    this.connecting = false;
    this.emit('connect');
  }

  /** Bytes have come from the server. */
  deliver(bytes: string): void {
    if (this.dead || this.destroyed) return;
    const chunk = Buffer.from(bytes, 'latin1');
    if (!this.onread) return void this.push(chunk);
    this.waiting.push(chunk);
    this.hand();
  }

  /** The server has closed it in order. */
  peerEnd(): void {
    if (this.dead || this.destroyed) return;
    this.peerEnded = true;
    if (!this.onread) return void this.push(null);
    this.hand();
  }

  /** It broke. */
  broke(code: 'ECONNRESET' | 'ECONNREFUSED' | 'EPIPE'): void {
    if (this.dead || this.destroyed) return;
    const syscall = this.connecting ? 'connect' : 'read';
    this.destroy(Object.assign(new Error(`${syscall} ${code}`), { code, syscall }));
  }

  /** The process is gone. */
  kill(): void {
    this.dead = true;
    this.removeAllListeners();
    this.on('error', () => undefined);
    this.destroy();
  }

  override pause(): this {
    if (!this.onread) return super.pause();
    this.held = true;
    return this;
  }

  override resume(): this {
    if (!this.onread) return super.resume();
    this.held = false;
    process.nextTick(() => this.hand());
    return this;
  }

  override _read(): void {
    // Bytes are pushed as they come.
  }

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    if (this.dead) return;
    // Copied, since the engine uses its buffers again.
    const bytes = chunk.toString('latin1');
    if (this.connecting) this.once('connect', () => this.events.onWrite(bytes));
    else this.events.onWrite(bytes);
    done();
  }

  override _final(done: (error?: Error | null) => void): void {
    if (!this.dead) this.events.onEnd();
    done();
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.waiting.length = 0;
    if (!this.dead) this.events.onDestroy();
    if (!this.dead) done(error);
  }

  /** As the kernel does: into the buffer that the reader names, as long as it wants more. */
  private hand(): void {
    const { onread } = this;
    while (onread && !this.held && !this.destroyed && this.waiting.length > 0) {
      const chunk = this.waiting[0]!;
      const target = typeof onread.buffer === 'function' ? onread.buffer() : onread.buffer;
      const bytes = Math.min(chunk.length, target.length);
      chunk.copy(target as Buffer, 0, 0, bytes);
      if (bytes === chunk.length) this.waiting.shift();
      else this.waiting[0] = chunk.subarray(bytes);
      if (!onread.callback(bytes, target)) this.held = true;
    }
    if (this.peerEnded && this.waiting.length === 0 && !this.destroyed) {
      this.emit('end');
      this.destroy();
    }
  }
}
