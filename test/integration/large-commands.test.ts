import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Redis } from 'ioredis';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { startTcpProxy, type TcpProxy } from '../support/tcp-proxy.ts';

/** Commands of more bytes than are ever held at once for one of them. */
const MB = 1024 * 1024;
const HELD_BYTES = 64 * MB;

let source: RedisProcess;
let target: RedisProcess;
let proxy: TcpProxy;
let from: Redis;
let to: Redis;
let run: SyncRun;

beforeEach(async () => {
  const args = ['--enable-debug-command', 'local'];
  [source, target] = await Promise.all([startRedis({ args }), startRedis({ args })]);
  proxy = await startTcpProxy(target.port);
  [from, to] = [source.client(), target.client()];
});

afterEach(async () => {
  run.session.stop('now');
  await run.outcome.catch(() => undefined);
  await proxy.stop();
  await Promise.all([source.stop(), target.stop()]);
});

async function begin(): Promise<void> {
  run = startRun(source.url, proxy.url, { existing: 'overwrite', until: 'stopped' });
  await run.reached('in-step');
}

let marks = 0;

async function applied(): Promise<void> {
  const mark = `${(marks += 1)}`;
  await from.set('mark', mark);
  const written = poll('the last write', async () => (await to.get('mark')) === mark);
  await Promise.race([written, run.outcome]);
}

/** The digest of all keys of the database, as a server sees them. */
const digest = async (client: Redis, ...names: string[]): Promise<unknown> =>
  client.call('DEBUG', 'DIGEST-VALUE', ...names);

/** Names of a megabyte each: so few of them are larger together than what is held of a command. */
const NAMES = Array.from({ length: 70 }, (_, i) => `${i}:${'n'.repeat(MB)}`);

atNight(
  'lists of keys of any size are carried, without own keys, and names that stood there give way',
  async () => {
    for (const name of ['last', NAMES[60]!]) await to.rpush(name, 'old');
    await to.set('lockstep:standing', 'of the target');
    await begin();
    const huge = Buffer.alloc(HELD_BYTES + 5, 'h');
    const pairs = NAMES.flatMap((name, i) => [name, `value ${i}`]);
    const value = huge.subarray(0, MB);
    await from.mset(...pairs, 'huge', huge, 'lockstep:standing', 'gone', 'lockstep:huge', value, 'last', '1');
    await applied();
    expect((await to.keys('lockstep:[sh]*')).sort()).toEqual(['lockstep:standing']);
    expect(await to.get('lockstep:standing')).toBe('of the target');
    const carried = [...NAMES, 'huge', 'last'];
    expect(await digest(to, ...carried)).toEqual(await digest(from, ...carried));
    await from.rpush('other', 'standing');
    await from.unlink(...NAMES.slice(0, 68), 'lockstep:standing', 'none');
    await from.msetnx('lockstep:nx', '1', ...pairs.slice(0, 8), 'nx', value);
    await applied();
    expect(await to.get('lockstep:standing')).toBe('of the target');
    expect(await digest(to, ...carried, 'nx')).toEqual(await digest(from, ...carried, 'nx'));
    await from.del(...NAMES, 'nx');
    await applied();
    expect((await to.keys('[^l]*')).sort()).toEqual(['huge', 'mark', 'other']);
    run.session.stop('drain');
    expect((await run.outcome).reason).toBe('stopped');
  },
);

test('what comes of many sets, and an element of any size that moves, are carried', async () => {
  await begin();
  const element = Buffer.alloc(HELD_BYTES + 5, 'e');
  await from.sadd('from', element, 'small');
  await from.smove('from', 'set', element);
  await from.sadd(NAMES[3]!, 'a', 'b');
  await from.sadd(NAMES[69]!, 'c');
  await from.sunionstore('union', ...NAMES);
  await from.zadd(NAMES[4]!, 1, 'one');
  await from.zunionstore('scored', NAMES.length, ...NAMES, 'AGGREGATE', 'MAX');
  await from.pfadd(NAMES[5]!, '1', '2');
  await from.pfmerge('counted', NAMES[5]!, ...NAMES.slice(6, 69));
  await applied();
  const names = ['from', 'set', 'union', 'scored', 'counted'];
  expect(await digest(to, ...names)).toEqual(await digest(from, ...names));
  expect(await to.scard('union')).toBe(3);
  run.session.stop('drain');
  expect((await run.outcome).reason).toBe('stopped');
});

test('one that is cut off on its way has changed nothing, and is carried once', async () => {
  await begin();
  let cuts = 0;
  let bytes = 0;
  proxy.intercept = (text, client) => {
    bytes += text.length;
    if (cuts === 0 && bytes > 30 * MB) {
      cuts += 1;
      client.destroy();
    }
    return true;
  };
  const pairs = NAMES.flatMap((name, i) => [name, `value ${i}`]);
  await from
    .multi()
    .incr('counter')
    .mset(...pairs)
    .rpush('list', '1')
    .exec();
  await applied();
  expect(cuts).toBe(1);
  expect(await to.get('counter')).toBe('1');
  expect(await to.lrange('list', 0, -1)).toEqual(['1']);
  expect(await digest(to, ...NAMES)).toEqual(await digest(from, ...NAMES));
});
