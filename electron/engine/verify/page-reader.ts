import { Redis } from 'ioredis';
import { BULK_OVERHEAD_BYTES, writeBulk, writeBytes } from '../protocol/resp/write.ts';
import type { Clock } from '../world/clock.ts';
import { isReplyError } from '../control/reply-error.ts';

/** A reply as the connection gives it: bulk and simple strings are raw bytes. */
export type Reply = Buffer | number | null | Error | Reply[];

/** A command whose only varying argument is the key. */
export interface KeyCommand {
  readonly before: Buffer;
  readonly after: Buffer;
}

const STALL_MS = 60_000;
const ASKING = Buffer.from('*1\r\n$6\r\nASKING\r\n');

/** The command `words`, with the key in place of the one that is undefined. */
export function keyCommand(...words: (string | undefined)[]): KeyCommand {
  const at = words.indexOf(undefined);
  const encode = (part: (string | undefined)[]): string =>
    part.map((word) => `$${Buffer.byteLength(word ?? '')}\r\n${word ?? ''}\r\n`).join('');
  return {
    before: Buffer.from(`*${words.length}\r\n${encode(words.slice(0, at))}`),
    after: Buffer.from(encode(words.slice(at + 1))),
  };
}

export const MEMORY_USAGE = keyCommand('MEMORY', 'USAGE', undefined);

/** The bytes of many commands, written one after another. */
export class PageRequest {
  private buf = Buffer.allocUnsafeSlow(64 * 1024);
  private length = 0;
  /** Where each command ends. */
  private readonly ends: number[] = [];

  get count(): number {
    return this.ends.length;
  }

  add(command: KeyCommand, key: Buffer): void {
    const { before, after } = command;
    this.reserve(before.length + key.length + BULK_OVERHEAD_BYTES + after.length);
    let at = writeBytes(this.buf, this.length, before, 0, before.length);
    at = writeBulk(this.buf, at, key, 0, key.length);
    this.length = writeBytes(this.buf, at, after, 0, after.length);
    this.ends.push(this.length);
  }

  /** One command with all of the keys behind its name. */
  addWithAll(name: string, keys: readonly Buffer[]): void {
    const head = Buffer.from(`*${keys.length + 1}\r\n$${name.length}\r\n${name}\r\n`);
    this.reserve(keys.reduce((sum, { length }) => sum + length + BULK_OVERHEAD_BYTES, head.length));
    this.length += head.copy(this.buf, this.length);
    for (const key of keys) this.length = writeBulk(this.buf, this.length, key, 0, key.length);
    this.ends.push(this.length);
  }

  /** A command without a key, already encoded. */
  addEncoded(command: Buffer): void {
    this.reserve(command.length);
    this.length += command.copy(this.buf, this.length);
    this.ends.push(this.length);
  }

  bytes(): Buffer {
    return this.buf.subarray(0, this.length);
  }

  /** The same with this command before each. */
  bytesAfterEach(before: Buffer): Buffer {
    let from = 0;
    return Buffer.concat(
      this.ends.flatMap((to) => {
        const command = this.buf.subarray(from, to);
        from = to;
        return [before, command];
      }),
    );
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buf.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buf.length * 2, this.length + bytes));
    this.buf.copy(larger, 0, 0, this.length);
    this.buf = larger;
  }
}

/**
 * Reads whole pages of keys with one write and one promise per page.
 *
 * The client library makes a command object with several promises for each command, 7 µs each, which alone would take
 * most of a minute for a million keys. Here one command object stands in the library's queue once per expected reply, and
 * collects them all; connection, errors and order stay the library's.
 */
export class PageReader {
  private readonly clock: Clock;
  private readonly redis: Redis;
  private readonly asks: boolean;

  /** `asks`: every command is for a slot that is still on the way to this server. */
  constructor(clock: Clock, redis: Redis, asks = false) {
    this.clock = clock;
    this.redis = redis;
    this.asks = asks;
  }

  /**
   * The replies in the order of the commands; an error reply is an Error among them.
   * Rejects with the connection's error when it breaks or answers nothing for a minute.
   */
  read(request: PageRequest): Promise<Reply[]> {
    if (request.count === 0) return Promise.resolve([]);
    if (!this.asks) return this.send(request.bytes(), request.count);
    // Of the two replies to each the first is that of ASKING.
    return this.send(request.bytesAfterEach(ASKING), 2 * request.count).then((replies) =>
      replies.filter((_, i) => i % 2 === 1),
    );
  }

  private send(bytes: Buffer, count: number): Promise<Reply[]> {
    const { clock, redis } = this;
    return new Promise<Reply[]>((resolve, reject) => {
      if (redis.status !== 'ready') {
        reject(new Error('the connection is closed'));
        return;
      }
      const replies: Reply[] = [];
      const stalled = (): void => {
        redis.disconnect();
        reject(new Error(`no answer for ${STALL_MS / 1000} s`));
      };
      let timer = clock.setTimeout(stalled, STALL_MS);
      const took = (reply: Reply): void => {
        replies.push(reply);
        if (replies.length === count) {
          clock.clear(timer);
          resolve(replies);
        } else if (replies.length % 256 === 0) {
          clock.clear(timer);
          timer = clock.setTimeout(stalled, STALL_MS);
        }
      };
      const collector = new Redis.Command('dump');
      collector.resolve = took;
      collector.reject = (error) => {
        if (isReplyError(error)) {
          took(error);
          return;
        }
        clock.clear(timer);
        reject(error);
      };
      const item = { command: collector, stream: redis.stream, select: 0 };
      redis.stream.write(bytes);
      for (let i = 0; i < count; i++) redis.commandQueue.push(item);
    });
  }
}
