import type { ChainableCommander, Redis } from 'ioredis';
import { randomOf } from './portions.ts';

/** `compact` keeps everything in packed blocks, however large; `spread` keeps nothing in them. */
export type Encodings = 'compact' | 'spread';

const LIMITS: Readonly<Record<Encodings, readonly (readonly [string, string])[]>> = {
  compact: [
    ...['hash', 'zset'].flatMap((kind) => [
      [`${kind}-max-ziplist-entries`, '100000'] as const,
      [`${kind}-max-ziplist-value`, '1000000'] as const,
    ]),
    ['set-max-intset-entries', '100000'],
    ['set-max-listpack-entries', '100000'],
    ['set-max-listpack-value', '1000000'],
    ['list-max-ziplist-size', '100000'],
    ['list-max-ziplist-entries', '100000'],
    ['list-max-ziplist-value', '1000000'],
    ['stream-node-max-bytes', '0'],
    ['stream-node-max-entries', '5000'],
  ],
  spread: [
    ['hash-max-ziplist-entries', '1'],
    ['zset-max-ziplist-entries', '1'],
    ['set-max-intset-entries', '1'],
    ['set-max-listpack-entries', '1'],
    ['list-max-ziplist-size', '-1'],
    ['list-max-ziplist-entries', '1'],
    ['stream-node-max-entries', '3'],
  ],
};

const random = randomOf(42);
const noise = (bytes: number): Buffer => Buffer.from(Array.from({ length: bytes }, () => random() * 256));
const NUMBERS = [
  '0',
  '12',
  '-1',
  '127',
  '-128',
  '300',
  '-4096',
  '65535',
  '-8388608',
  '1000000',
  '2147483647',
].concat([
  '-2147483649',
  '4294967296',
  '9007199254740993',
  '9223372036854775807',
  '-9223372036854775808',
  '007',
  '1.5',
]);
const SCORES = [
  '0',
  '1',
  '-1',
  '0.1',
  '3.14',
  '-inf',
  '+inf',
  '1e20',
  '-2.5e-10',
  '17179869185',
  '1.7976931348623157e308',
];

/** Texts of every length at which an encoding changes. */
const texts = (): Buffer[] =>
  [0, 1, 11, 12, 20, 21, 63, 64, 127, 128, 253, 254, 255, 4095, 4096, 16383, 16384].map((size) =>
    noise(size),
  );

/** Fills a server with values of every type that a Redis of this version has, and with fields that expire, in the encodings asked for, in several databases. */
export async function fill(
  client: Redis,
  version: readonly [number, number],
  encodings: Encodings,
  fieldExpiry: boolean,
): Promise<void> {
  const atLeast = (major: number, minor: number): boolean =>
    version[0] > major || (version[0] === major && version[1] >= minor);
  for (const [name, value] of LIMITS[encodings]) await client.config('SET', name, value).catch(() => {});
  await client.flushall();
  for (const db of [0, 1, 9]) {
    await client.select(db);
    await fillStrings(client);
    await fillCollections(client, db === 9 ? 5000 : 60);
    if (atLeast(5, 0)) await fillStreams(client, db === 9 ? 3000 : 30);
    if (fieldExpiry) await fillExpiringFields(client, db === 9 ? 5000 : 20);
  }
  await client.select(1);
  await fillLarge(client);
  if (atLeast(7, 0)) {
    const code = `#!lua name=lib\nredis.register_function('f', function() return '${'long '.repeat(100)}' end)`;
    await client.call('FUNCTION', 'LOAD', code);
  }
  await client.select(0);
}

async function fillStrings(client: Redis): Promise<void> {
  const pipeline = client.pipeline();
  for (const number of NUMBERS) pipeline.set(`number:${number}`, number).set(number, `key ${number}`);
  for (const text of texts())
    pipeline.set(`text:${text.length}`, text).set(Buffer.concat([Buffer.from('k'), text]), 'x');
  pipeline.set('', 'an empty name').set('soft', 'soft text '.repeat(1000)).set('soft '.repeat(40), 'name');
  pipeline.set(Buffer.from([0, 255, 13, 10, 34]), Buffer.from([0, 255, 13, 10]));
  pipeline.set('volatile', 'v').pexpireat('volatile', Date.now() + 86_400_000);
  pipeline.set('soon', 'v').expire('soon', 3600).set('far', 'v').pexpireat('far', 4_102_444_800_123);
  await run(pipeline);
}

async function fillCollections(client: Redis, size: number): Promise<void> {
  const pipeline = client.pipeline();
  const all = [...texts(), ...NUMBERS.map((number) => Buffer.from(number))];
  for (const item of all) {
    pipeline
      .rpush('list', item)
      .sadd('set', item)
      .hset('hash', item, item)
      .rpush('repeats', 'soft '.repeat(100));
  }
  for (const [i, score] of SCORES.entries())
    pipeline.zadd('zset', score, `member ${i}`).zadd('zset', score, noise(i));
  for (const [name, factor] of [
    ['16', 1],
    ['32', 1e5],
    ['64', 1e12],
  ] as const) {
    for (let i = -5; i < size; i++) pipeline.sadd(`integers:${name}`, String(i * factor));
  }
  for (let i = 0; i < size; i++) {
    pipeline
      .rpush('many:list', `element ${i}`)
      .sadd('many:set', `member ${i}`)
      .hset('many:hash', `field ${i}`, i * 7);
  }
  // From the highest score down: in a packed block the server looks for the place of each from its beginning.
  for (let i = size - 1; i >= 0; i--) pipeline.zadd('many:zset', i / 3, `member ${i}`);
  pipeline.rpush('one:list', 'x').sadd('one:set', 'x').hset('one:hash', 'x', 'y').zadd('one:zset', 0.5, 'x');
  pipeline.expire('hash', 7200);
  await run(pipeline);
}

async function fillLarge(client: Redis): Promise<void> {
  const big = noise(400_000);
  const soft = Buffer.from('soft text '.repeat(70_000));
  await client.set('large:noise', Buffer.concat([big, big]));
  await client.set('large:soft', Buffer.concat([soft, big, soft]));
  await client.set(Buffer.concat([Buffer.from('large name '), big]), 'v');
  await client.rpush('large:list', 'a', big, 'b', soft, 'c');
  await client.sadd('large:set', 'a', big, 'b', soft, 'c');
  await client.hmset('large:hash', 'a', big, soft, 'b', big, soft);
  await client.zadd('large:zset', 1, big, -2.5, soft, 3, 'c');
}

async function fillStreams(client: Redis, size: number): Promise<void> {
  const pipeline = client.pipeline();
  for (let i = 1; i <= size; i++) {
    if (i % 5 === 0) pipeline.xadd('stream', `${1000 + i}-${i}`, 'other', `${i}`, 'extra', noise(i % 90));
    else pipeline.xadd('stream', `${1000 + i}-1`, 'name', `value ${i}`, 'number', `${i}`);
  }
  pipeline
    .xdel('stream', '1003-1', '1010-10', '1011-1')
    .xadd('stream', '18446744073709551615-18446744073709551614', 'f', 'v');
  pipeline.xgroup('CREATE', 'stream', 'readers', '0').xgroup('CREATE', 'stream', 'idle', '$');
  pipeline.xgroup('CREATE', 'stream', 'far', '18446744073709551615-5');
  pipeline.xreadgroup('GROUP', 'readers', 'alice', 'COUNT', 7, 'STREAMS', 'stream', '>');
  pipeline.xreadgroup('GROUP', 'readers', 'bob', 'COUNT', Math.floor(size / 2), 'STREAMS', 'stream', '>');
  pipeline.xack('stream', 'readers', '1002-1', '1008-1');
  pipeline.call('XCLAIM', 'stream', 'readers', 'carol', '0', '1004-1', '1012-1');
  pipeline.xreadgroup(
    'GROUP',
    'readers',
    'nobody',
    'COUNT',
    1,
    'STREAMS',
    'stream',
    '18446744073709551615-9',
  );
  pipeline.xadd('emptied', '5-5', 'f', 'v').xgroup('CREATE', 'emptied', 'g', '0').xdel('emptied', '5-5');
  await run(pipeline);
}

async function fillExpiringFields(client: Redis, size: number): Promise<void> {
  const pipeline = client.pipeline();
  for (let i = 0; i < size; i++) {
    pipeline.hset('expiring', `field ${i}`, `value ${i}`);
    if (i % 3 === 0)
      pipeline.call(
        'HPEXPIREAT',
        'expiring',
        String(4_102_444_800_000 + i * 1_000_003),
        'FIELDS',
        '1',
        `field ${i}`,
      );
  }
  pipeline.hset('expiring', '5', '7').call('HPEXPIREAT', 'expiring', '4102444800001', 'FIELDS', '1', '5');
  await run(pipeline);
}

/** Runs a pipeline, of which every command must succeed. */
async function run(pipeline: ChainableCommander): Promise<void> {
  for (const [error] of (await pipeline.exec()) ?? []) if (error) throw error;
}
