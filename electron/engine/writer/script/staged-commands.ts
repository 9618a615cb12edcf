import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { CommandReader } from '../../protocol/resp/command-reader.ts';
import type { StreamPlaces } from '../stream-places.ts';

/** A command that came in parts is held whole up to here. */
const MOST_HELD_BYTES = 64 * 1024 * 1024;
const FIRST_HELD_BYTES = 1024 * 1024;

/** Takes commands one after another; `places` tells of each where in the stream it ends. */
export interface CommandSink {
  /** The one that `reader` has just read, which stands in mem[at, to); `end`: see StreamPlaces.offsetOf. */
  take(mem: Buffer, reader: CommandReader, at: number, to: number, end: number): void;
}

/** Bytes of an output that wait to be read, or what is to be done when all before it is taken. */
type Waiting =
  { from: number; readonly buf: Buffer; readonly to: number; readonly done: () => void } | (() => void);

/**
 * Reads the commands that were written to an output instead of a socket. What it is given waits while it is paused; a command that
 * came in parts, or of which the end in the stream is not known yet, is held until it is whole.
 */
export class StagedCommands {
  private readonly places: StreamPlaces;
  private readonly sink: CommandSink;
  private readonly reader = new CommandReader();
  private readonly waiting: Waiting[] = [];
  /** The beginning of a command in held[0, heldBytes). */
  private held: Buffer | undefined;
  private heldBytes = 0;
  /** Of the first byte that was not taken, in the output. */
  private position: number;
  private running = false;
  paused = false;

  constructor(places: StreamPlaces, sink: CommandSink, position: number) {
    this.places = places;
    this.sink = sink;
    this.position = position;
  }

  /** Everything that came has been taken. */
  get empty(): boolean {
    return this.waiting.length === 0 && this.heldBytes === 0;
  }

  /** buf[from, to) came from the output; `done`: it may be overwritten. */
  push(buf: Buffer, from: number, to: number, done: () => void): void {
    this.waiting.push({ buf, from, to, done });
    this.drain();
  }

  /** Runs once all that came before is taken. */
  afterwards(action: () => void): void {
    this.waiting.push(action);
    this.drain();
  }

  /** Takes what can be taken. */
  drain(): void {
    // What takes a command may have something to say to this one.
    if (this.running) return;
    this.running = true;
    try {
      while (!this.paused && this.takeHeld() && this.waiting.length > 0) this.takeNext();
    } finally {
      this.running = false;
    }
  }

  private takeNext(): void {
    const next = this.waiting[0]!;
    if (typeof next === 'function') {
      this.waiting.shift();
      return next();
    }
    if (this.heldBytes === 0) next.from = this.take(next.buf, next.from, next.to);
    if (this.paused) return;
    this.waiting.shift();
    if (next.from < next.to) this.hold(next.buf, next.from, next.to);
    next.done();
  }

  /** @returns false while nothing else may be taken before what is held, and all there is was held */
  private takeHeld(): boolean {
    if (this.heldBytes === 0) return true;
    const taken = this.take(this.held!, 0, this.heldBytes);
    this.held!.copyWithin(0, taken, this.heldBytes);
    this.heldBytes -= taken;
    if (this.paused) return false;
    if (this.heldBytes === 0) {
      if (this.held!.length > FIRST_HELD_BYTES) this.held = undefined;
      return true;
    }
    return typeof this.waiting[0] === 'object';
  }

  /** @returns the address behind the commands of buf[from, to) that were taken */
  private take(buf: Buffer, from: number, to: number): number {
    const { places, reader, sink } = this;
    let at = from;
    while (at < to && !this.paused) {
      const next = reader.read(buf, at, to);
      if (next === 0) break;
      places.seek(this.position);
      if (places.unresolved) break;
      this.position += next - at;
      const begins = at;
      at = next;
      sink.take(buf, reader, begins, next, places.offsetOf(this.position));
    }
    return at;
  }

  private hold(buf: Buffer, from: number, to: number): void {
    const bytes = this.heldBytes + to - from;
    if (bytes > MOST_HELD_BYTES)
      throw new LockstepError(
        'COMMAND_TOO_LARGE',
        `a command of more than ${MOST_HELD_BYTES} bytes, for a target that is a cluster`,
      );
    if (this.held === undefined || this.held.length < bytes) {
      const larger = Buffer.allocUnsafeSlow(Math.max(bytes, FIRST_HELD_BYTES, 2 * (this.held?.length ?? 0)));
      this.held?.copy(larger, 0, 0, this.heldBytes);
      this.held = larger;
    }
    buf.copy(this.held, this.heldBytes, from, to);
    this.heldBytes = bytes;
  }
}
