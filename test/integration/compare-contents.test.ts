/** What either side of a comparison holds, and what one server or cluster holds by itself. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareReportSchema } from '../../shared/model/comparison.ts';
import { inspectionSchema, type Contents } from '../../shared/model/contents.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli } from '../support/run-cli.ts';

let source: RedisProcess;
let target: RedisProcess;
let cluster: TestCluster;

beforeAll(async () => {
  [source, target, cluster] = await Promise.all([startRedis(), startRedis(), startCluster()]);
  for (const client of [source.client(), cluster.client as unknown as Redis]) {
    for (let n = 0; n < 700; n++) await client.set(`number:${n}`, n);
    for (let n = 0; n < 40; n++) await client.set(`text:${n}`, 'x'.repeat(500), 'EX', 100 + 86_400 * n);
    await client.rpush('list', 'a', 'b');
    await client.set('large', 'x'.repeat(3_000_000));
    await client.set('lockstep:own', 'left out');
  }
  await target.client().set('alone', '1', 'EX', 30);
});
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop(), cluster?.stop()]);
});

const keysOf = (counts: readonly { readonly keys: number }[]): number[] => counts.map(({ keys }) => keys);

function expectTheSource(contents: Contents): void {
  expect(contents).toMatchObject({ keys: 742, withoutExpiry: 702, measured: true, exact: true });
  expect(contents.types.map(({ type, keys }) => [type, keys])).toEqual([
    ['string', 741],
    ['list', 1],
  ]);
  expect(contents.encodings).toContainEqual({ type: 'string', encoding: 'int', keys: 700 });
  expect(contents.encodings).toContainEqual({ type: 'string', encoding: 'raw', keys: 41 });
  // Within 1 min, 1 h, 1 day, 7 days, 30 days, later.
  expect(keysOf(contents.expiry)).toEqual([0, 1, 0, 6, 23, 10]);
  expect(keysOf(contents.sizes)).toEqual([700, 41, 0, 0, 0, 1, 0]);
  expect(contents.largest).toHaveLength(20);
  expect(contents.largest[0]).toMatchObject({ db: 0, key: 'large', type: 'string' });
  expect(contents.largest[0]!.bytes).toBeGreaterThan(3_000_000);
  expect(contents.largest.slice(1).every(({ key }) => key.startsWith('text:'))).toBe(true);
  expect(contents.slots.bands.reduce((sum, keys) => sum + keys)).toBe(742);
  expect(contents.slots.used).toBeGreaterThan(600);
}

it.each(['one server', 'a cluster'])('%s is looked at by itself', async (kind) => {
  const url = kind === 'a cluster' ? cluster.url : source.url;
  const { stdout, status } = await runCli(['inspect', '--source', url, '--json']);
  expect(status).toBe(0);
  const inspection = inspectionSchema.parse(JSON.parse(stdout));
  expectTheSource(inspection.contents);
  expect(inspection).toMatchObject({ databases: [{ db: 0, keys: 742 }], ownKeys: 1 });
});

it.each(['values', 'names'])('both sides are counted while they are compared by %s', async (level) => {
  const { stdout } = await runCli([
    ...['compare', '--source', source.url, '--target', target.url],
    ...['--contents', '--level', level, '--json'],
  ]);
  const { contents } = compareReportSchema.parse(JSON.parse(stdout));
  expectTheSource(contents!.source);
  expect(contents!.target).toMatchObject({ keys: 1, withoutExpiry: 0, largest: [{ key: 'alone' }] });
  expect(keysOf(contents!.target.expiry)).toEqual([1, 0, 0, 0, 0, 0]);
});

it('is told in lines, of chosen databases, and choices that do not fit are refused', async () => {
  const client = source.client();
  await client.select(3);
  await client.sadd('set', '1', '2');
  const { stdout } = await runCli(['inspect', '--source', source.url, '--db', '3']);
  expect(stdout).toMatch(
    /^Database 3: 1 key\n127\.0\.0\.1:\d+ holds 1 key of about \d+ B\n {2}Types: set 1 \(\d+ B\)\n {2}Encodings: set as intset 1\n {2}Expiry: none 1\n {2}Sizes: up to 128 B 1\n {2}Slots: 1 of 16,384 have keys; most: \d+ \(1 key\)\n {2}Largest keys:\n {4}\d+ B {2}set {2}database 3, key set\n/,
  );
  await client.del('set');
  const both = ['compare', '--source', source.url, '--target', target.url];
  expect(await runCli([...both, '--contents', '--level', 'count'])).toMatchObject({ status: 2 });
  expect(await runCli(['inspect', '--source', `${source.url}/1`, '--db', '3'])).toMatchObject({ status: 2 });
  expect(await runCli(['inspect', '--source', source.url, '--db', '3:0'])).toMatchObject({ status: 2 });
});
