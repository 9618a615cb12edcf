import { commandWords, describeCommand } from './describe-command.ts';

/** One output buffer. A value of UNIT_BOUND bytes with its command around it fits. */
export const OUTPUT_BYTES = 512 * 1024;

/** A flushed buffer with at least this much room goes on being filled. */
const WORTHWHILE_REST_BYTES = 64 * 1024;
/** Parts that are remembered after they were answered, so that an error that EXEC tells late can be described. */
const MOST_RECENT_PARTS = 64;

interface Slab {
  readonly buf: Buffer;
  readonly start: number;
  readonly end: number;
  readonly pooled: boolean;
  /** Parts that were sent and are still needed. */
  parts: number;
}

interface SentPart {
  readonly slab: Slab;
  readonly from: number;
  readonly to: number;
  /** Where the first command that begins in this buffer begins, and its index; -1 when none begins here. */
  readonly firstAt: number;
  readonly firstIndex: number;
  /** The buffer is needed until this many commands are answered. */
  readonly neededUntil: number;
  written: boolean;
}

export interface CommandOutputOptions {
  readonly mem: Buffer;
  /** Addresses of buffers of OUTPUT_BYTES in `mem`. */
  readonly addresses: readonly number[];
  /** Hands bytes to the socket; calls back when they may be overwritten. */
  readonly send: (buf: Buffer, from: number, to: number, done: () => void) => void;
}

/**
 * The commands on their way to a target, written in place into large buffers.
 *
 * A buffer is kept until every command that begins in it has been answered, so that an error can be told together
 * with the command that caused it, at no cost for those that succeed. The buffers are used in turn, so what was written
 * last can still be told when EXEC answers for a command that was queued before. Bound: the writer asks `inFlightBytes`
 * between values; a single value may overshoot it, in buffers from the heap.
 */
export class CommandOutput {
  private readonly options: CommandOutputOptions;
  private readonly pool: number[] = [];
  private sent: SentPart[] = [];
  private recent: SentPart[] = [];
  private slab: Slab;
  private start = 0;
  private firstAt = -1;
  private firstIndex = 0;
  private flushedBytes = 0;
  /** The buffer that is being written, the next address in it, and its end. */
  buf: Buffer;
  at = 0;
  limit = 0;
  /** Commands begun and commands answered so far. */
  commands = 0;
  answered = 0;
  inFlightBytes = 0;

  constructor(options: CommandOutputOptions) {
    this.options = options;
    this.buf = options.mem;
    this.pool.push(...options.addresses);
    this.slab = this.newSlab(0);
    this.use(this.slab);
  }

  /** All that was ever written. */
  get bytes(): number {
    return this.flushedBytes + (this.at - this.start);
  }

  /** Makes sure that `bytes` can be written from `at` on without a gap. */
  reserve(bytes: number): void {
    if (this.limit - this.at >= bytes) return;
    this.flush();
    if (this.limit - this.at < bytes) this.use(this.newSlab(bytes));
  }

  /** A command begins at `at`. It counts as one for the replies. */
  begin(): void {
    if (this.firstAt < 0) {
      this.firstAt = this.at;
      this.firstIndex = this.commands;
    }
    this.commands += 1;
  }

  /** `count` whole commands that stand one after another begin at `at`. */
  beginMany(count: number): void {
    this.begin();
    this.commands += count - 1;
  }

  /** Copies bytes that may exceed any buffer. */
  copy(source: Buffer, from: number, to: number): void {
    let done = from;
    while (done < to) {
      if (this.limit === this.at) this.flush();
      const bytes = Math.min(this.limit - this.at, to - done);
      source.copy(this.buf, this.at, done, done + bytes);
      this.at += bytes;
      done += bytes;
    }
  }

  /** Sends what has been written. */
  flush(): void {
    if (this.at === this.start) return;
    const part: SentPart = {
      slab: this.slab,
      from: this.start,
      to: this.at,
      firstAt: this.firstAt,
      firstIndex: this.firstIndex,
      neededUntil: this.firstAt < 0 ? 0 : this.commands,
      written: false,
    };
    this.slab.parts += 1;
    this.sent.push(part);
    this.inFlightBytes += part.to - part.from;
    this.flushedBytes += part.to - part.from;
    this.start = this.at;
    this.firstAt = -1;
    if (this.limit - this.at < WORTHWHILE_REST_BYTES) this.use(this.newSlab(0));
    this.options.send(part.slab.buf, part.from, part.to, () => {
      part.written = true;
      this.recycle();
    });
  }

  /** The server has answered `count` more commands. */
  answer(count: number): void {
    this.answered += count;
    const oldest = this.sent[0];
    if (oldest && oldest.written && oldest.neededUntil <= this.answered) this.recycle();
  }

  /** The command with this index, as far as it is still held: name and first argument, for a message. */
  describe(index: number): string {
    for (const parts of [this.sent, this.recent]) {
      for (const part of parts) {
        if (part.firstAt >= 0 && part.firstIndex <= index && index < part.neededUntil)
          return describeCommand(part.slab.buf, part.firstAt, part.to, index - part.firstIndex);
      }
    }
    return 'a command';
  }

  /** The first commands that were sent and not answered, `most` at most, each by its first three words in latin1. */
  unanswered(most: number): string[][] {
    const found: string[][] = [];
    for (const part of this.sent) {
      if (part.firstAt < 0 || part.neededUntil <= this.answered) continue;
      const skip = Math.max(0, this.answered - part.firstIndex);
      const count = Math.min(part.neededUntil - part.firstIndex, skip + most - found.length);
      found.push(...commandWords(part.slab.buf, part.firstAt, part.to, count).slice(skip));
      if (found.length >= most) break;
    }
    return found;
  }

  private recycle(): void {
    let kept = 0;
    let seen = 0;
    for (; seen < this.sent.length; seen++) {
      const part = this.sent[seen]!;
      if (!part.written) break;
      // Behind the beginning of a large value come parts that only go on with it: nobody asks for them again.
      if (part.neededUntil > this.answered) {
        this.sent[kept++] = part;
        continue;
      }
      this.inFlightBytes -= part.to - part.from;
      part.slab.parts -= 1;
      this.giveBack(part.slab);
      if (part.slab.pooled && part.firstAt >= 0) this.recent.push(part);
    }
    if (kept < seen) this.sent.splice(kept, seen - kept);
    if (this.recent.length > MOST_RECENT_PARTS) this.recent.splice(0, this.recent.length - MOST_RECENT_PARTS);
  }

  private newSlab(bytes: number): Slab {
    const address = bytes <= OUTPUT_BYTES ? this.pool.shift() : undefined;
    if (address !== undefined) {
      this.recent = this.recent.filter((part) => part.slab.start !== address);
      return { buf: this.options.mem, start: address, end: address + OUTPUT_BYTES, pooled: true, parts: 0 };
    }
    const size = Math.max(bytes, OUTPUT_BYTES);
    return { buf: Buffer.allocUnsafeSlow(size), start: 0, end: size, pooled: false, parts: 0 };
  }

  private use(slab: Slab): void {
    const before = this.slab;
    this.slab = slab;
    this.buf = slab.buf;
    this.start = slab.start;
    this.at = slab.start;
    this.limit = slab.end;
    this.firstAt = -1;
    if (before !== slab) this.giveBack(before);
  }

  private giveBack(slab: Slab): void {
    if (slab.parts === 0 && slab !== this.slab && slab.pooled) this.pool.push(slab.start);
  }
}
