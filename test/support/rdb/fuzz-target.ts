import type { Redis } from 'ioredis';
import { checkBody } from '../../../electron/engine/protocol/rdb/sound-body.ts';
import type { RdbType } from '../../../electron/engine/protocol/rdb/types.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { startRedis, type RedisProcess } from '../redis-server.ts';
import { testArena } from './portions.ts';

const FOOTER_BYTES = 10;
/** A server that is this long at one small value does not come to an end with it. */
const HANGS_MS = 10_000;

type Words = readonly (string | number)[];

/** What clients do with a key of each kind: reads from both ends, and writes that change how it is kept. */
const USES: Readonly<Record<string, readonly Words[]>> = {
  hash: [
    ['HGETALL', 'k'],
    ['HSET', 'k', 'field 1', 'v'.repeat(100)],
    ['HDEL', 'k', 'field 2'],
    ['HRANDFIELD', 'k', 5],
  ],
  zset: [
    ['ZRANGE', 'k', 0, -1, 'WITHSCORES'],
    ['ZREVRANGE', 'k', 0, -1],
    ['ZADD', 'k', 3, 'v'.repeat(100)],
    ['ZREM', 'k', 'member 3'],
    ['ZPOPMAX', 'k'],
  ],
  list: [
    ['LRANGE', 'k', 0, -1],
    ['LINDEX', 'k', -1],
    ['RPUSH', 'k', 'x'],
    ['LREM', 'k', -1, 'element 3'],
    ['RPOP', 'k'],
    ['LPOP', 'k'],
    ['LSET', 'k', 2, 'v'.repeat(50)],
  ],
  set: [
    ['SMEMBERS', 'k'],
    ['SADD', 'k', 'x', '5', String(2n ** 40n)],
    ['SREM', 'k', '14'],
    ['SPOP', 'k'],
  ],
  string: [
    ['GET', 'k'],
    ['APPEND', 'k', 'x'],
  ],
  stream: [
    ['XRANGE', 'k', '-', '+'],
    ['XREVRANGE', 'k', '+', '-'],
    ['XINFO', 'STREAM', 'k', 'FULL'],
    ['XADD', 'k', '*', 'a', '1'],
    ['XREADGROUP', 'GROUP', 'group', 'one', 'STREAMS', 'k', '0'],
    ['XPENDING', 'k', 'group', '-', '+', 10],
    ['XDEL', 'k', '5-1'],
    ['XACK', 'k', 'group', '1-1', '2-1', '4-1', '5-1'],
    ['XTRIM', 'k', 'MAXLEN', 3],
  ],
};

/** What became of payloads that were given to a server which does not check them in depth. */
export interface FuzzOutcome {
  /** Not sent, since what is looked at before does not fit. */
  refusedHere: number;
  /** The server refused it. */
  refusedThere: number;
  taken: number;
  /** Those of which the server died, in RESTORE or when the key was used. */
  readonly deaths: string[];
}

/** Fills a server with values of every type and encoding, small enough that much damage hits their structure. */
export async function loadFuzzed(client: Redis): Promise<readonly string[]> {
  const times = <T>(count: number, make: (i: number) => T): T[] =>
    Array.from({ length: count }, (_, i) => make(i));
  const pipeline = client.pipeline();
  pipeline.hset('hash', times(12, (i) => [`field ${i}`, i % 3 ? `value ${i}` : `${i * 1000}`]).flat());
  pipeline.hset('hash:soft', times(20, (i) => [`field ${i}`, 'soft text '.repeat(6)]).flat());
  pipeline.hset('hash:table', times(140, (i) => [`field ${i}`, `value ${i}`]).flat());
  pipeline.zadd('zset', ...times(12, (i) => [i * 1.5, `member ${i}`]).flat());
  pipeline.zadd('zset:skiplist', ...times(140, (i) => [i * 1.5, `member ${i}`]).flat());
  pipeline.rpush('list', ...times(30, (i) => (i % 2 ? `element ${i}` : `${i}`)));
  pipeline.rpush('list:nodes', ...times(300, (i) => `element ${i} ${'x'.repeat(i % 90)}`));
  pipeline.sadd('intset', ...times(20, (i) => i * 7));
  pipeline.sadd('intset:wide', ...times(8, (i) => i * 10 ** 12));
  pipeline.sadd('set', ...times(140, (i) => `member ${i}`));
  pipeline.set('string', 'soft text '.repeat(30));
  for (let i = 1; i <= 12; i++)
    pipeline.xadd('stream', `${i}-1`, 'a', i, ...(i % 4 ? ['b', `value ${i}`] : ['c', 'other']));
  pipeline.xdel('stream', '3-1');
  pipeline.xgroup('CREATE', 'stream', 'group', '0');
  for (const consumer of ['one', 'two'])
    pipeline.xreadgroup('GROUP', 'group', consumer, 'COUNT', 3, 'STREAMS', 'stream', '>');
  await pipeline.exec();
  return client.keys('*');
}

/** Gives a server payloads with a checksum that fits, and starts it again where it dies of one. */
export class FuzzTarget {
  readonly outcome: FuzzOutcome = { refusedHere: 0, refusedThere: 0, taken: 0, deaths: [] };
  private readonly server: RedisProcess;
  private readonly checks: boolean;
  private client: Redis | undefined;

  private constructor(server: RedisProcess, checks: boolean) {
    this.server = server;
    this.checks = checks;
  }

  /** @param checks whether a payload is looked at before, as the engine does */
  static async start(checks: boolean): Promise<FuzzTarget> {
    const args = ['--sanitize-dump-payload', 'no', '--crash-log-enabled', 'no'];
    return new FuzzTarget(await startRedis({ args }), checks);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  /** `name` is what a payload is told by where the server dies of it. */
  async give(dump: Buffer, name: string): Promise<void> {
    const { outcome } = this;
    if (this.checks && !passes(dump)) return void (outcome.refusedHere += 1);
    try {
      if ((await this.call(['RESTORE', 'k', 0, sealed(dump), 'REPLACE'])) !== 'OK')
        return void (outcome.refusedThere += 1);
      outcome.taken += 1;
      for (const words of USES[String(await this.call(['TYPE', 'k']))] ?? []) await this.call(words);
      await this.call(['DUMP', 'k']);
      await this.call(['DEL', 'k']);
    } catch {
      outcome.deaths.push(name);
      this.client?.disconnect();
      this.client = undefined;
      await this.server.kill();
      await this.server.restart();
    }
  }

  /** @returns the answer, or the text of an error that the server answered with @throws where it answers no more */
  private async call([name, ...words]: readonly (string | number | Buffer)[]): Promise<unknown> {
    this.client ??= this.server.client({ retryStrategy: () => null, commandTimeout: HANGS_MS });
    try {
      return await this.client.call(String(name), ...words);
    } catch (error) {
      if (error instanceof Error && error.name === 'ReplyError') return error.message;
      throw error;
    }
  }
}

function passes(dump: Buffer): boolean {
  try {
    checkBody(dump[0] as RdbType, dump, 1, dump.length - FOOTER_BYTES);
    return true;
  } catch (error) {
    if (error instanceof LockstepError && error.code === 'RDB_BROKEN') return false;
    throw error;
  }
}

/** The payload with the checksum that it is to have. */
export function sealed(dump: Buffer): Buffer {
  const arena = testArena();
  const copy = Buffer.from(dump);
  arena.crcReset(0);
  arena.crcUpdate(0, copy, 0, copy.length - 8);
  arena.crcCopy(0, copy, copy.length - 8);
  return copy;
}

/** A payload of which 1 to 3 bits or bytes are others. */
export function damaged(dump: Buffer, random: () => number): Buffer {
  const pick = (below: number): number => Math.floor(random() * below);
  const copy = Buffer.from(dump);
  for (let left = 1 + pick(3); left > 0; left--) {
    // As often near the beginning, where the lengths stand, as anywhere.
    const at =
      1 + pick(pick(2) ? copy.length - FOOTER_BYTES - 1 : Math.min(64, copy.length - FOOTER_BYTES - 1));
    copy[at] = pick(2) ? pick(256) : copy[at]! ^ (1 << pick(8));
  }
  return copy;
}
