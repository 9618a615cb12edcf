import type { Redis } from 'ioredis';
import { describeLeftOut } from '../../shared/format/left-out.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { compareServers, type CompareOptions } from '../../electron/engine/verify/compare-servers.ts';
import type { CompareProgress, CompareReport } from '../../shared/model/comparison.ts';
import { loadStrings } from '../../electron/headless/demo-data/load-strings.ts';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { copyKeys } from '../support/copy-keys.ts';
import { checkpointFields } from '../../electron/engine/checkpoint/checkpoint.ts';
import { timeWith, type Bound } from '../../shared/model/lateness.ts';
import { AMOUNTS } from '../support/lateness.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { parseInfo } from '../../electron/engine/control/info.ts';
import { replicating } from '../support/replicating.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  a = source.client();
  b = target.client();
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

beforeEach(async () => {
  for (const client of [a, b]) {
    await client.flushall();
    await client.call('FUNCTION', 'FLUSH');
    await client.select(0);
  }
});

const compare = (options: Partial<CompareOptions> = {}): Promise<CompareReport> =>
  compareServers({
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(target.url),
    ...options,
  });

/** The same commands on both sides. */
async function onBoth(work: (client: Redis) => Promise<unknown>): Promise<void> {
  await Promise.all([work(a), work(b)]);
}

const numbered = (count: number, text: (i: number) => string): string[] =>
  Array.from({ length: count }, (_, i) => text(i));

describe('equal servers', () => {
  it('finds a copy of every type equal, in every database', async () => {
    await loadMixedSet(parseEndpoint(source.url), { keys: 4000, withTtlShare: 0.3, seed: 11 });
    await copyKeys(a, b);
    const progress: CompareProgress[] = [];
    const report = await compare({ onProgress: (step) => progress.push(step) });

    expect(report.differences).toEqual([]);
    expect(report).toMatchObject({ equal: true, differencesTotal: 0 });
    expect(report.databases.map((database) => database.db)).toEqual([0, 1, 2, 5]);
    for (const { sourceKeys, targetKeys, compared } of report.databases) {
      expect(sourceKeys).toBeGreaterThan(100);
      // A few of them live for seconds only, and are gone on one side or both when they are counted or read.
      expect(Math.abs(targetKeys - sourceKeys)).toBeLessThan(sourceKeys / 10);
      expect(Math.abs(compared - sourceKeys)).toBeLessThan(sourceKeys / 10);
    }
    expect(progress.some((step) => step.phase === 'target' && step.keysDone > 0)).toBe(true);
    // Said before any name was looked at.
    expect(progress[0]).toMatchObject({ phase: 'own-keys', keysDone: 0 });
    const searching = progress.findLast(({ phase }) => phase === 'own-keys');
    expect(searching?.keysTotal).toBeGreaterThan(100);
    expect(searching?.keysDone).toBe(searching?.keysTotal);
  });

  it('says what it leaves out', async () => {
    await a.set('zero', '0');
    await b.set('zero', '0');
    await b.hset('lockstep:{tasks}:checkpoint:other', 'format', '1');
    await a.select(3);
    await a.set('three', '3');
    await a.select(0);
    const report = await compare({ databases: [0] });
    expect(report).toMatchObject({
      equal: true,
      leftOut: { databases: [3], ownKeys: { source: 0, target: 1 }, functions: true },
    });
    expect(describeLeftOut(report)).toMatch(
      /^Left out: 1 of the tool's own keys \(lockstep:…\) on the target; database 3 \(not chosen\)\. A key whose expiry/,
    );
  });

  it('does not mind order and encoding', async () => {
    const members = numbered(300, (i) => `member-${i}`);
    await a.sadd('table', ...members);
    await b.sadd('table', ...members.toReversed());
    await a.sadd('few', 'x', 'y', 'z');
    await b.sadd('few', 'z', 'y', 'x');
    const pairs = numbered(300, (i) => `f${i}`).map((field) => [field, `value of ${field}`]);
    await a.hset('hash', ...pairs.flat());
    await b.hset('hash', ...pairs.toReversed().flat());
    await a.set('number', '12345');
    await b.set('number', '1234');
    await b.append('number', '5');
    await a.zadd('zset', 0.1, 'm', 3, 'n');
    await b.zadd('zset', '0.1000000000000000055', 'm', '3.0', 'n');
    await a.rpush('list', ...numbered(2000, String));
    await b.lpush('list', ...numbered(1000, (i) => String(999 - i)));
    await b.rpush('list', ...numbered(1000, (i) => String(1000 + i)));
    await onBoth(async (client) => client.xadd('stream', '5-1', 'f', 'v'));
    await onBoth(async (client) => client.xgroup('CREATE', 'stream', 'g', '0'));
    await onBoth(async (client) => client.xreadgroup('GROUP', 'g', 'c', 'STREAMS', 'stream', '>'));
    // Seen at another time, and with a consumer that owns nothing.
    await b.xgroup('CREATECONSUMER', 'stream', 'g', 'idle');
    expect(await compare()).toMatchObject({ equal: true, differences: [] });
  });

  it('leaves out the keys of the tool itself', async () => {
    await a.set('lockstep:x', '1');
    await b.set('lockstep:checkpoint', '2');
    await onBoth((client) => client.set('lockstepper', '3'));
    const report = await compare();
    expect(report.equal).toBe(true);
    expect(report.databases).toEqual([{ db: 0, sourceKeys: 1, targetKeys: 1, compared: 1, differing: 0 }]);
  });

  it('takes expired keys for absent, and keys about to expire for undecided', async () => {
    await a.set('expired on source', '1', 'PX', 1);
    await b.set('expired on target', '1', 'PX', 1);
    await a.set('soon on source', '1', 'PX', 1500);
    await b.set('soon on target', '1', 'PX', 1500);
    await a.set('close', '1', 'PX', 60_000);
    await b.set('close', '1', 'PX', 61_500);
    expect(await compare()).toMatchObject({ equal: true, differences: [] });
  });

  it('reads late expiry as the true one on a target that a task holds, and never on the source', async () => {
    const at = Date.now() + 60_000;
    const late = (bound: Bound, ms: number): string => String(timeWith(bound, ms, AMOUNTS));
    for (const [key, bound] of [
      ['small', 'small'],
      ['long', 'long'],
      ['exact', 'exact'],
    ] as const) {
      await a.call('SET', key, '1', 'PXAT', at);
      await b.call('SET', key, '1', 'PXAT', late(bound, at));
    }
    // The source removed it in time, and the target waits for its DEL.
    await b.call('SET', 'expired', '1', 'PXAT', late('long', Date.now() - 5000));
    // What bears a mark by chance on the source is no late time there.
    await a.call('SET', 'chance', '1', 'PXAT', late('long', at));
    await b.call('SET', 'chance', '1', 'PXAT', Number(late('long', at)) + 1);
    expect(await compare()).toMatchObject({ equal: false });
    const held = checkpointWith({ expiry: 'shortening', amounts: AMOUNTS, databases: '0' });
    await b.hset('lockstep:{tasks}:checkpoint:t', ...checkpointFields(held));
    expect(await compare()).toMatchObject({ equal: true, differences: [] });
    await b.hset('lockstep:{tasks}:checkpoint:t', 'databases', '3');
    expect(await compare()).toMatchObject({ equal: false });
    await b.del('lockstep:{tasks}:checkpoint:t');
  });

  it('clears a difference that is gone at a further reading', async () => {
    await a.set('late', 'new');
    await b.set('late', 'old');
    const comparing = compare();
    setTimeout(() => void b.set('late', 'new'), 200);
    expect(await comparing).toMatchObject({ equal: true });
  });

  it('waits for what a task is about to bring', async () => {
    // Only who has a replica counts what it passes on.
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(source.port)] });
    try {
      await replicating(a, 1);
      await a.set('late', 'new');
      await b.set('late', 'old');
      const history = parseInfo(await a.info('replication'));
      const [replid, offset] = [history.get('master_replid')!, Number(history.get('master_repl_offset'))];
      const behind = checkpointWith({ replid, offset: offset - 10 });
      await b.hset('lockstep:{tasks}:checkpoint:t', ...checkpointFields(behind));
      const comparing = compare();
      setTimeout(() => {
        void b.set('late', 'new');
        void b.hset('lockstep:{tasks}:checkpoint:t', { offset: offset + 1000, verified: offset + 1000 });
      }, 2500);
      expect(await comparing).toMatchObject({ equal: true });
      await b.set('late', 'another');
      expect(await compare()).toMatchObject({ equal: false, differencesTotal: 1 });
    } finally {
      await replica.stop();
      await b.del('lockstep:{tasks}:checkpoint:t');
    }
  });
});

describe('differences', () => {
  /** What differs, by key: made on both sides alike, then changed on one. */
  const changes: Record<
    string,
    { make: (c: Redis, key: string) => Promise<unknown>; kind: string; shown: RegExp }
  > = {
    string: { make: (c, k) => c.set(k, 'same'), kind: 'value', shown: /4 bytes .* 5 bytes/ },
    'string of the same length': {
      make: (c, k) => c.set(k, 'same'),
      kind: 'value',
      shown: /at byte 3: "e" .* "E"/,
    },
    list: { make: (c, k) => c.rpush(k, 'a', 'b', 'c'), kind: 'value', shown: /element 1: "b" .* "X"/ },
    'longer list': { make: (c, k) => c.rpush(k, 'a', 'b'), kind: 'value', shown: /2 elements .* 3/ },
    set: { make: (c, k) => c.sadd(k, 'a', 'b'), kind: 'value', shown: /member "b": present .* absent/ },
    'larger set': { make: (c, k) => c.sadd(k, 'a', 'b'), kind: 'value', shown: /2 members .* 3/ },
    zset: { make: (c, k) => c.zadd(k, 1, 'a', 2, 'b'), kind: 'value', shown: /member "b": "2" .* "2.5"/ },
    hash: { make: (c, k) => c.hset(k, 'f', 'v', 'g', 'w'), kind: 'value', shown: /field "g": "w" .* "x"/ },
    'smaller hash': {
      make: (c, k) => c.hset(k, 'f', 'v', 'g', 'w'),
      kind: 'value',
      shown: /"g": "w" .* nothing/,
    },
    type: { make: (c, k) => c.set(k, 'v'), kind: 'type', shown: /^string \| list$/ },
    ttl: {
      make: (c, k) => c.set(k, 'v', 'PX', 60_000),
      kind: 'ttl',
      shown: /expires in [\d. a-z]+ s \| expires in [\d. a-z]+ s/,
    },
    'ttl gone': {
      make: (c, k) => c.set(k, 'v', 'PX', 60_000),
      kind: 'ttl',
      shown: /expires in [\d. a-z]+ s \| no expiry/,
    },
    'ttl held': {
      make: (c, k) => c.set(k, 'v', 'PX', 60_000),
      kind: 'ttl',
      shown: /expires in 1 min 1\d(\.\d)? s$/,
    },
    entry: {
      make: (c, k) => c.xadd(k, '1-1', 'f', 'v'),
      kind: 'value',
      shown: /length: 1 .* 2/,
    },
    'entry content': {
      make: (c, k) => c.set(k, 'to be a stream'),
      kind: 'value',
      shown: /entry 1-1: "v" .* "w"/,
    },
    group: { make: stream, kind: 'group', shown: /group "g2": absent .* present/ },
    'group position': { make: stream, kind: 'group', shown: /last-delivered-id 3-1 .* 2-1/ },
    pending: { make: stream, kind: 'group', shown: /pending 3 .* 2/ },
    'pending of another': { make: stream, kind: 'group', shown: /consumer "c" 3 .* 2/ },
    deliveries: { make: stream, kind: 'group', shown: /2-1 of "c", delivered 1 times .* 9 times/ },
    gone: {
      make: (c, k) => c.set(k, 'v'),
      kind: 'missing-on-target',
      shown: /about \d.* B, no expiry \| absent/,
    },
    '\u0000\u00ff\\binary': {
      make: (c, k) => c.set(k, 'v'),
      kind: 'missing-on-source',
      shown: /absent \| about \d.* B, no expiry/,
    },
  };

  async function stream(client: Redis, key: string): Promise<void> {
    for (const id of ['1-1', '2-1', '3-1']) await client.xadd(key, id, 'f', 'v');
    await client.xgroup('CREATE', key, 'g', '0');
    await client.xreadgroup('GROUP', 'g', 'c', 'STREAMS', key, '>');
  }

  it('names each kind', async () => {
    await onBoth(async (client) => {
      await client.select(3);
      for (const [key, { make }] of Object.entries(changes)) await make(client, key);
    });
    await b.append('string', '!');
    await b.setrange('string of the same length', 3, 'E');
    await b.lset('list', 1, 'X');
    await b.rpush('longer list', 'c');
    await b.multi().srem('set', 'b').sadd('set', 'z').exec();
    await b.sadd('larger set', 'c');
    await b.zincrby('zset', 0.5, 'b');
    await b.hset('hash', 'g', 'x');
    await b.hdel('smaller hash', 'g');
    await b.multi().del('type').rpush('type', 'v').exec();
    await b.pexpire('ttl', 70_000);
    await b.persist('ttl gone');
    await b.pexpire('ttl held', 75_000);
    await b.xadd('entry', '2-1', 'f', 'v');
    await a.multi().del('entry content').xadd('entry content', '1-1', 'f', 'v').exec();
    await b.multi().del('entry content').xadd('entry content', '1-1', 'f', 'w').exec();
    await b.xgroup('CREATE', 'group', 'g2', '0');
    await b.xgroup('SETID', 'group position', 'g', '2-1');
    await b.xack('pending', 'g', '2-1');
    await b.xclaim('pending of another', 'g', 'c2', 0, '2-1');
    await b.xclaim('deliveries', 'g', 'c', 0, '2-1', 'RETRYCOUNT', 9);
    await b.del('gone');
    await a.del('\u0000\u00ff\\binary');

    const report = await compare({ maxDifferences: 100 });
    const found = new Map(report.differences.map((difference) => [difference.key, difference]));
    for (const [key, { kind, shown }] of Object.entries(changes)) {
      const name = key.startsWith('\u0000') ? '\\x00\\xc3\\xbf\\\\binary' : key;
      const { db, kind: foundKind, source: x, target: y } = found.get(name) ?? {};
      expect({ name, db, kind: foundKind }).toEqual({ name, db: 3, kind });
      expect(`${x} | ${y}`).toMatch(shown);
    }
    const count = Object.keys(changes).length;
    expect(report).toMatchObject({ equal: false, differencesTotal: count });
    expect(report.databases).toEqual([
      { db: 3, sourceKeys: count - 1, targetKeys: count - 1, compared: count - 2, differing: count },
    ]);
  });

  it('finds one small change in each kind of large value', async () => {
    const many = numbered(20_000, (i) => `element number ${i}`);
    await onBoth(async (client) => {
      await client.set('string', Buffer.alloc(3_000_001, 'x'));
      await client.rpush('list', ...many);
      await client.sadd('set', ...many);
      await client.zadd('zset', ...many.flatMap((member, i) => [i, member]));
      await client.hset('hash', ...many.flatMap((field) => [field, field]));
      const entries = client.pipeline();
      for (let i = 1; i <= 5000; i++) entries.xadd('stream', `${i}-1`, 'field', `value ${i}`);
      await entries.exec();
      await client.xgroup('CREATE', 'stream', 'g', '0');
      await client.xreadgroup('GROUP', 'g', 'c', 'COUNT', 3000, 'STREAMS', 'stream', '>');
    });
    expect(await compare()).toMatchObject({ equal: true, differences: [] });

    await b.setrange('string', 3_000_000, 'y');
    await b.lset('list', 19_999, 'other');
    await b.multi().srem('set', many[777]!).sadd('set', 'other').exec();
    await b.zadd('zset', 777.5, many[777]!);
    await b.hset('hash', many[777]!, 'other');
    await b.xclaim('stream', 'g', 'c', 0, '2777-1', 'RETRYCOUNT', 9);
    const { differences } = await compare();
    const shown = Object.fromEntries(
      differences.map(({ key, kind, source: x, target: y }) => [key, `${kind} ${x} | ${y}`]),
    );
    expect(shown).toEqual({
      string: 'value at byte 3000000: "x" | at byte 3000000: "y"',
      list: 'value element 19999: "element number 19999" | element 19999: "other"',
      set: 'value member "element number 777": present | member "element number 777": absent',
      zset: 'value score of "element number 777": 777 | score of "element number 777": 777.5',
      hash: 'value field "element number 777": "element number 777" | field "element number 777": "other"',
      stream:
        'group group "g": pending entry 2777-1 of "c", delivered 1 times | group "g": pending entry 2777-1 of "c", delivered 9 times',
    });
  });

  it('lists as many as asked for, and counts all', async () => {
    const pipeline = a.pipeline();
    for (let i = 0; i < 3000; i++) pipeline.set(`key:${i}`, '1');
    await pipeline.exec();
    const report = await compare({ maxDifferences: 7 });
    expect(report.differences).toHaveLength(7);
    expect(report).toMatchObject({ equal: false, differencesTotal: 3000 });
    expect(report.databases).toEqual([
      { db: 0, sourceKeys: 3000, targetKeys: 0, compared: 0, differing: 3000 },
    ]);
  });

  it('compares functions', async () => {
    const library = (body: string): string =>
      `#!lua name=lib\nredis.register_function('f', function() return ${body} end)`;
    await a.call('FUNCTION', 'LOAD', library('1'));
    await b.call('FUNCTION', 'LOAD', library('22'));
    const report = await compare();
    expect(report.differences).toMatchObject([{ db: null, key: 'lib', kind: 'function' }]);
    await b.call('FUNCTION', 'LOAD', 'REPLACE', library('1'));
    expect(await compare()).toMatchObject({ equal: true });
  });

  it('reports keys of a database that the target does not have', async () => {
    const small = await startRedis({ args: ['--databases', '2'] });
    try {
      await a.select(5);
      await a.set('k', 'v');
      const report = await compare({ target: parseEndpoint(small.url) });
      expect(report.differences).toMatchObject([
        { db: 5, key: 'k', kind: 'missing-on-target', target: 'no database 5' },
      ]);
    } finally {
      await small.stop();
    }
  });
});

describe('faults', () => {
  it('stops when asked to', async () => {
    await a.set('k', 'v');
    await expect(compare({ signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'INTERRUPTED' });
    await loadStrings(parseEndpoint(source.url), 50_000, 20);
    const abort = new AbortController();
    const onProgress = (step: CompareProgress): void => {
      if (step.keysDone > 2000) abort.abort();
    };
    await expect(compare({ signal: abort.signal, onProgress })).rejects.toMatchObject({
      code: 'INTERRUPTED',
    });
  });

  it('names the side whose link broke', async () => {
    const mortal = await startRedis();
    try {
      for (const { url } of [source, mortal]) await loadStrings(parseEndpoint(url), 50_000, 20);
      let killed: Promise<void> | undefined;
      const onProgress = (): unknown => (killed ??= mortal.kill());
      const lost = { code: 'TARGET_LINK_LOST' };
      await expect(compare({ target: parseEndpoint(mortal.url), onProgress })).rejects.toMatchObject(lost);
    } finally {
      await mortal.stop();
    }
  });

  it('names a server that is not there', async () => {
    const nobody = parseEndpoint('redis://127.0.0.1:1');
    await expect(compare({ target: nobody })).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    await expect(compare({ source: nobody })).rejects.toMatchObject({ code: 'SOURCE_UNREACHABLE' });
  });

  it('names credentials that are refused, and goes on without needless ones', async () => {
    const locked = await startRedis({ requirepass: 'right' });
    try {
      const url = (password: string): string => `redis://:${password}@127.0.0.1:${locked.port}`;
      await expect(compare({ target: parseEndpoint(url('wrong')) })).rejects.toMatchObject({
        code: 'TARGET_AUTH',
      });
      const without = parseEndpoint(`redis://127.0.0.1:${locked.port}`);
      await expect(compare({ target: without })).rejects.toMatchObject({ code: 'TARGET_AUTH' });
      expect(await compare({ target: parseEndpoint(url('right')) })).toMatchObject({ equal: true });
      const needless = { ...parseEndpoint(source.url), password: 'needless' };
      expect(await compare({ source: needless })).toMatchObject({ equal: true });
    } finally {
      await locked.stop();
    }
  });

  it('names a command that is not permitted', async () => {
    await a.call('ACL', 'SETUSER', 'blind', 'on', '>pw', '~*', '+@all', '-dump');
    await onBoth((client) => client.set('k', 'v'));
    const blind = { ...parseEndpoint(source.url), user: 'blind', password: 'pw' };
    await expect(compare({ source: blind })).rejects.toMatchObject({
      code: 'SOURCE_NO_PERMISSION',
      message: expect.stringContaining('dump'),
    });
  });
});
