/** One key's two values, side by side, page by page, from real servers. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { readKey, type ReadKeyOptions } from '../../electron/engine/verify/key/read-key.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import {
  keyReadingSchema,
  MOST_CELL_BYTES,
  MOST_PAGE_BYTES,
  type KeyCell,
  type KeyReading,
  type KeyRow,
} from '../../shared/model/key-reading.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

let source: RedisProcess;
let target: RedisProcess;
let cluster: TestCluster;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target, cluster] = await Promise.all([startRedis(), startRedis(), startCluster()]);
  [a, b] = [source.client(), target.client()];
});
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop(), cluster?.stop()]);
});
beforeEach(async () => {
  await Promise.all([a.flushall(), b.flushall()]);
});

type Asked = Partial<Omit<ReadKeyOptions, 'key'>> & { readonly key?: Buffer | string };

const read = async ({ key = 'key', ...asked }: Asked = {}): Promise<KeyReading> => {
  const reading = await readKey({
    ...{ world: systemWorld, db: 0, differing: false },
    ...{ source: parseEndpoint(source.url), target: parseEndpoint(target.url) },
    key: Buffer.from(key),
    ...asked,
  });
  const message = JSON.stringify(reading);
  expect(message.length).toBeLessThan(1024 * 1024);
  return keyReadingSchema.parse(JSON.parse(message));
};

/** All pages, one after another. */
async function readAll(asked: Asked = {}): Promise<{ rows: KeyRow[]; pages: number; looked: number }> {
  const rows: KeyRow[] = [];
  let [pages, looked] = [0, 0];
  for (let place: KeyReading['next'] | undefined; place !== null; pages++) {
    const reading = await read({ ...asked, ...(place && { place }) });
    rows.push(...reading.rows);
    looked += reading.looked;
    place = reading.next;
  }
  return { rows, pages, looked };
}

const text = (cell: KeyCell | null): string | null =>
  cell === null ? null : Buffer.from(cell.base64, 'base64').toString('latin1');

/** A row in few words: its kind, what it is called, both values, and whether they differ. */
const brief = ({ kind, index, name, source: here, target: there, differs }: KeyRow): unknown[] => [
  kind,
  index ?? text(name),
  text(here),
  text(there),
  differs,
];

const bySort = (rows: readonly KeyRow[]): unknown[][] =>
  rows.map(brief).toSorted((x, y) => (JSON.stringify(x) < JSON.stringify(y) ? -1 : 1));

describe('elements of every type are matched, and those that differ are marked', () => {
  it('fields of a hash, by name', async () => {
    await a.hset('key', { same: '1', other: 'here', missing: 'm' });
    await b.hset('key', { same: '1', other: 'there', extra: 'e' });
    const reading = await read();
    expect(bySort(reading.rows)).toEqual([
      ['field', 'extra', null, 'e', true],
      ['field', 'missing', 'm', null, true],
      ['field', 'other', 'here', 'there', true],
      ['field', 'same', '1', '1', false],
    ]);
    expect([reading.source.type, reading.source.length, reading.target.length]).toEqual(['hash', 3, 3]);
    expect(reading.source.encoding).toBe('listpack');
    expect(reading.next).toBeNull();
    const { rows } = await read({ differing: true });
    expect(rows.map(({ name }) => text(name)).toSorted()).toEqual(['extra', 'missing', 'other']);
  });

  it('members of a set', async () => {
    await a.sadd('key', 'both', Buffer.from([0xff, 0x00]));
    await b.sadd('key', 'both', 'extra');
    expect(bySort((await read()).rows)).toEqual([
      ['member', 'both', '', '', false],
      ['member', 'extra', null, '', true],
      ['member', '\xff\x00', '', null, true],
    ]);
  });

  it('members of a sorted set, by their scores, which are numbers', async () => {
    await a.zadd('key', 1, 'one', 2.5, 'two', 3, 'three');
    await b.zadd('key', 1, 'one', 2.75, 'two', 9, 'extra');
    expect((await read()).rows.map(brief)).toEqual([
      ['score', 'one', '1', '1', false],
      ['score', 'two', '2.5', '2.75', true],
      ['score', 'three', '3', null, true],
      ['score', 'extra', null, '9', true],
    ]);
  });

  it('elements of a list, by their places', async () => {
    await a.rpush('key', 'x', 'y');
    await b.rpush('key', 'x', 'z', 'w', 'v');
    expect((await read()).rows.map(brief)).toEqual([
      ['element', 0, 'x', 'x', false],
      ['element', 1, 'y', 'z', true],
      ['element', 2, null, 'w', true],
      ['element', 3, null, 'v', true],
    ]);
  });

  it('entries of a stream by their ids, its groups by their names, and what is pending', async () => {
    for (const one of [a, b]) {
      await one.xadd('key', '1-1', 'f', 'v', 'g', 'w');
      await one.xgroup('CREATE', 'key', 'readers', '0');
    }
    await a.xadd('key', '2-1', 'only', 'here');
    await b.xadd('key', '3-1', 'only', 'there');
    await b.xgroup('CREATE', 'key', 'others', '0');
    const { rows } = await read();
    expect(rows.map(brief)).toEqual([
      ['detail', 'last-generated-id', '2-1', '3-1', true],
      ['detail', 'max-deleted-entry-id', '0-0', '0-0', false],
      ['detail', 'entries-added', '2', '2', false],
      ['group', 'others', null, 'last delivered 0-0, 0 pending', true],
      ['group', 'readers', 'last delivered 0-0, 0 pending', 'last delivered 0-0, 0 pending', false],
      ['entry', '1-1', 'f: v\ng: w', 'f: v\ng: w', false],
      ['entry', '2-1', 'only: here', null, true],
      ['entry', '3-1', null, 'only: there', true],
    ]);
    await b.xgroup('DESTROY', 'key', 'others');
    await a.xreadgroup('GROUP', 'readers', 'ann', 'COUNT', 1, 'STREAMS', 'key', '>');
    await b.xreadgroup('GROUP', 'readers', 'bob', 'COUNT', 1, 'STREAMS', 'key', '>');
    const differing = (await read({ differing: true })).rows.filter(({ kind }) => kind === 'group');
    expect(differing.map(brief)).toEqual([
      ['group', '', expect.stringContaining('"ann" 1'), expect.stringContaining('"ann" 0'), true],
    ]);
  });

  it('bytes of a string, in pieces', async () => {
    await a.set('key', 'value one');
    await b.set('key', 'value two');
    expect((await read()).rows.map(brief)).toEqual([['piece', 0, 'value one', 'value two', true]]);
    await b.set('key', '');
    expect((await read()).rows.map(brief)).toEqual([['piece', 0, 'value one', '', true]]);
  });

  it('where one side has none, or another type, each has its own rows', async () => {
    await a.hset('key', 'field', 'v');
    expect((await read()).rows.map(brief)).toEqual([['field', 'field', 'v', null, true]]);
    await b.rpush('key', 'one');
    const reading = await read();
    expect(reading.rows.map(brief)).toEqual([
      ['field', 'field', 'v', null, true],
      ['element', 0, null, 'one', true],
    ]);
    expect([reading.source.type, reading.target.type]).toEqual(['hash', 'list']);
    await a.del('key');
    expect((await read()).rows.map(brief)).toEqual([['element', 0, null, 'one', true]]);
    await b.del('key');
    const gone = await read();
    expect([gone.source.type, gone.target.type, gone.rows]).toEqual(['none', 'none', []]);
  });
});

describe('what does not fit into one page', () => {
  it('a string: every byte comes once, and each page stays below 1 MB', async () => {
    const value = Buffer.from(Array.from({ length: 700_001 }, (_, i) => (i * 7) % 251));
    const other = Buffer.concat([value, Buffer.from('and more')]);
    other[600_000] = 0xff;
    await Promise.all([a.set('key', value), b.set('key', other)]);
    const { rows, pages } = await readAll();
    expect(pages).toBeGreaterThan(2);
    for (const [side, whole] of [['source', value] as const, ['target', other] as const]) {
      const pieces = rows.flatMap((row) => (row[side] ? [Buffer.from(row[side].base64, 'base64')] : []));
      expect(Buffer.concat(pieces).equals(whole)).toBe(true);
    }
    expect(rows.filter(({ differs }) => differs).map(({ index }) => index)).toEqual([524_288, 655_360]);
  });

  it.each(['hash', 'set', 'zset', 'list', 'stream'])('a %s: every element comes once', async (kind) => {
    const names = Array.from({ length: 3000 }, (_, i) => `name-${i}`);
    for (const one of [a, b]) {
      const own = one === a ? [...names, 'a-alone'] : [...names, 'b-alone'];
      const batch = one.pipeline();
      own.forEach((name, i) => {
        if (kind === 'hash') batch.hset('key', name, name === 'name-77' ? String(one === a) : 'v');
        else if (kind === 'set') batch.sadd('key', name);
        else if (kind === 'zset') batch.zadd('key', name === 'name-77' && one === a ? -1 : i, name);
        else if (kind === 'list') batch.rpush('key', name);
        else batch.xadd('key', `${i + 1}-${name === 'b-alone' ? 2 : 1}`, 'f', name);
      });
      await batch.exec();
    }
    const { rows, pages } = await readAll();
    const names2 = rows.filter(({ kind: of }) => of !== 'detail').map((row) => row.index ?? text(row.name));
    expect(new Set(names2).size).toBe(names2.length);
    expect(names2.length).toBe(kind === 'list' ? 3001 : 3002);
    expect(pages).toBeGreaterThan(10);
    const differing = await readAll({ differing: true });
    const wanted = { hash: 3, set: 2, zset: 3, list: 1, stream: 2 }[kind];
    expect(differing.rows.filter(({ kind: of }) => of !== 'detail').length).toBe(wanted);
    // Those that are the same were passed over by the engine.
    expect(differing.pages).toBe(1);
  });

  it('fields of a small encoding with large values: cut where they differ, in pages', async () => {
    const value = 'x'.repeat(100_000);
    await a.hset('key', Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, value])));
    await b.hset('key', Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`f${i}`, value])));
    await b.hset('key', 'f7', `${'x'.repeat(90_000)}y`);
    const { rows } = await readAll();
    expect(new Set(rows.map(({ name }) => text(name))).size).toBe(60);
    const [cut] = rows.filter(({ differs }) => differs);
    expect(cut!.source).toMatchObject({ size: 100_000, from: 90_000 - 64 });
    expect(text(cut!.target)).toBe(`${'x'.repeat(64)}y`);
    expect(text(cut!.source)!.length).toBe(MOST_CELL_BYTES);
  });

  it('a listpack that comes in one piece is divided, and nothing of it is left out', async () => {
    for (const client of [a, b]) {
      await client.config('SET', 'hash-max-listpack-entries', '100000');
      await client.config('SET', 'hash-max-listpack-value', '10000');
    }
    const fields = Object.fromEntries(Array.from({ length: 400 }, (_, i) => [`f${i}`, 'v'.repeat(3000)]));
    await Promise.all([a.hset('key', fields), b.hset('key', fields)]);
    expect((await read()).source.encoding).toBe('listpack');
    const { rows, pages } = await readAll();
    expect(rows.length).toBe(400);
    expect(new Set(rows.map(({ name }) => text(name))).size).toBe(400);
    expect(pages).toBeGreaterThanOrEqual((400 * 6000) / MOST_PAGE_BYTES);
  });
});

it('expiry, memory and encoding of either side are told, and times that differ', async () => {
  await a.set('key', '12345', 'PX', 600_000);
  await b.set('key', '12345', 'PX', 600_300);
  const reading = await read();
  expect(reading.sameExpiry).toBe(true);
  expect(reading.source).toMatchObject({ server: `127.0.0.1:${source.port}`, encoding: 'int', length: 5 });
  expect(reading.source.ttlMs).toBeGreaterThan(590_000);
  expect(reading.source.bytes).toBeGreaterThan(10);
  await b.persist('key');
  expect(await read()).toMatchObject({ sameExpiry: false, target: { ttlMs: null } });
});

it('keys of any bytes, in databases of other numbers', async () => {
  const name = Buffer.from([0xff, 0x00, 0x5c, 0x78, 0x80]);
  await a.select(3);
  await b.select(1);
  await a.set(name, 'here');
  await b.set(name, 'there');
  await Promise.all([a.select(0), b.select(0)]);
  const reading = await read({ key: name, db: 1, databases: [3], databaseMap: [{ from: 3, into: 1 }] });
  expect(reading.rows.map(brief)).toEqual([['piece', 0, 'here', 'there', true]]);
});

it('a cluster is asked where the slot of the key is, also while it is under way', async () => {
  const { client } = cluster;
  await a.hset('{tag}key', 'f', 'here');
  await client.hset('{tag}key', 'f', 'there');
  const asked = { key: '{tag}key', target: parseEndpoint(cluster.url) };
  const row = ['field', 'f', 'here', 'there', true];
  expect((await read(asked)).rows.map(brief)).toEqual([row]);
  const slot = keySlot(Buffer.from('tag'));
  const owner = await cluster.ownerOf(slot);
  const to = cluster.members.find(({ id }) => id !== owner.id)!;
  await cluster.openMove(slot, to);
  expect((await read(asked)).rows.map(brief)).toEqual([row]);
  await cluster.carry(slot, to);
  const carried = await read(asked);
  expect(carried.rows.map(brief)).toEqual([row]);
  expect(carried.target.server).toBe(`127.0.0.1:${to.server.port}`);
  await cluster.closeMove(slot, to);
});

it('neither server is written to', async () => {
  await a.hset('key', 'f', '1');
  await b.hset('key', 'f', '2');
  const before = await Promise.all([a.config('RESETSTAT'), b.config('RESETSTAT')]);
  expect(before).toEqual(['OK', 'OK']);
  await readAll();
  for (const client of [a, b]) {
    const stats = await client.info('commandstats');
    const called = [...stats.matchAll(/^cmdstat_([a-z|]+):/gm)].map(([, name = '']) => name);
    const commands = (await client.call('COMMAND', 'INFO', ...called)) as (
      [string, number, string[]] | null
    )[];
    expect(commands.flatMap((one) => (one?.[2].includes('write') ? [one[0]] : []))).toEqual([]);
    expect(called).toContain('hscan');
  }
});
