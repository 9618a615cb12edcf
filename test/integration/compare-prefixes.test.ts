/** Where two servers differ, by what names of keys begin with. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { compareReportSchema, type PrefixCounts } from '../../shared/model/comparison.ts';
import { runCli } from '../support/run-cli.ts';
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

type Client = Pick<Redis, 'set' | 'rpush' | 'del' | 'pexpire' | 'xadd' | 'xgroup'>;

/** 50 users with a cart and a name each, and pages; on the other side some of each differ in a way of their own. */
async function plant(one: Client, other: Client): Promise<void> {
  for (const client of [one, other]) {
    for (let n = 0; n < 50; n++) {
      await client.set(`user:${n}:cart`, `cart ${n}`);
      await client.set(`user:${n}:name`, `name ${n}`, 'EX', 5000);
    }
    for (let n = 0; n < 10; n++) await client.rpush(`page:${'abcdefghij'[n]}`, 'x', String(n));
    await client.xadd('log:all', '1-1', 'field', 'value');
    await client.set('lonely', '1');
  }
  for (let n = 0; n < 7; n++) await other.del(`user:${n}:cart`);
  for (let n = 10; n < 13; n++) await other.set(`user:${n}:cart`, 'another');
  for (let n = 20; n < 22; n++) await other.pexpire(`user:${n}:name`, 9_000_000);
  await other.del('page:a');
  await other.set('page:a', 'no list');
  await other.xgroup('CREATE', 'log:all', 'readers', '0');
  for (let n = 0; n < 4; n++) await other.set(`user:new:${n}`, 'there alone');
}

const counts = (prefixes: readonly PrefixCounts[], prefix: string, db = 0): unknown => {
  const found = prefixes.find((one) => one.prefix === prefix && one.db === db)!;
  const { sourceKeys, targetKeys, missing, extra, value, type, expiry } = found;
  return [sourceKeys, targetKeys, missing, extra, value, type, expiry];
};

it('differences of every kind are counted for each prefix of a key, in each database', async () => {
  await plant(a, b);
  const there = source.client();
  await there.select(3);
  await there.mset('third/1', '1', 'third/2', '2');
  const { stdout, status } = await runCli([
    ...['compare', '--source', source.url, '--target', target.url, '--by-prefix', '--json'],
  ]);
  expect(status).toBe(1);
  const { byPrefix, differencesTotal } = compareReportSchema.parse(JSON.parse(stdout));
  expect(differencesTotal).toBe(7 + 3 + 2 + 1 + 1 + 4 + 2);
  const { prefixes, delimiters, exact } = byPrefix!;
  expect(exact).toBe(true);
  expect(delimiters).toEqual([
    { db: 0, delimiter: ':' },
    { db: 3, delimiter: '/' },
  ]);
  expect(counts(prefixes, '')).toEqual([112, 109, 7, 4, 4, 1, 2]);
  expect(counts(prefixes, 'user:')).toEqual([100, 97, 7, 4, 3, 0, 2]);
  expect(counts(prefixes, 'user:*:')).toEqual([100, 93, 7, 0, 3, 0, 2]);
  expect(counts(prefixes, 'user:new:')).toEqual([0, 4, 0, 4, 0, 0, 0]);
  expect(counts(prefixes, 'page:')).toEqual([10, 10, 0, 0, 0, 1, 0]);
  expect(counts(prefixes, 'log:')).toEqual([1, 1, 0, 0, 1, 0, 0]);
  expect(counts(prefixes, 'third/', 3)).toEqual([2, 0, 2, 0, 0, 0, 0]);
});

it('a cluster is counted like a server, and the lines tell where it differs most', async () => {
  await Promise.all([a.flushall(), b.flushall()]);
  await plant(a, cluster.client as unknown as Client);
  const { stdout } = await runCli([
    'compare',
    '--source',
    source.url,
    '--target',
    cluster.url,
    '--by-prefix',
  ]);
  expect(stdout).toContain(
    [
      'By prefix, most differences first:',
      '  user:  100 keys on the source, 97 on the target; 7 missing on the target, 4 on the target alone, 3 of another value, 2 of another expiry',
      '  page:  10 keys on the source, 10 on the target; 1 of another type',
      '  log:  1 key on the source, 1 on the target; 1 of another value',
    ].join('\n'),
  );
  const other = await runCli([
    'compare',
    '--source',
    source.url,
    '--target',
    target.url,
    '--by-prefix',
    '::',
  ]);
  expect(other).toMatchObject({ status: 2 });
  expect(other.stderr).toContain('--by-prefix takes one character');
});

it.each(['one server', 'a cluster'])(
  'names alone are compared with %s: what is missing and what is extra',
  async (kind) => {
    await Promise.all([
      a.flushall(),
      b.flushall(),
      ...cluster.members.map(({ client }) => client.flushall()),
    ]);
    const [there, url] =
      kind === 'a cluster' ? [cluster.client as unknown as Client, cluster.url] : [b, target.url];
    await plant(a, there);
    const words = ['compare', '--source', source.url, '--target', url, '--level', 'names', '--by-prefix'];
    const { stdout, status } = await runCli([...words, '--json']);
    expect(status).toBe(1);
    const report = compareReportSchema.parse(JSON.parse(stdout));
    expect(report).toMatchObject({ level: 'names', equal: false, differencesTotal: 11 });
    expect(report.databases[0]).toMatchObject({
      sourceKeys: 112,
      targetKeys: 109,
      compared: 105,
      differing: 11,
    });
    const { prefixes } = report.byPrefix!;
    expect(counts(prefixes, 'user:*:')).toEqual([100, 93, 7, 0, 0, 0, 0]);
    expect(counts(prefixes, 'user:new:')).toEqual([0, 4, 0, 4, 0, 0, 0]);
    expect(counts(prefixes, 'page:')).toEqual([10, 10, 0, 0, 0, 0, 0]);
    for (let n = 0; n < 7; n++) await there.set(`user:${n}:cart`, 'of another value');
    for (let n = 0; n < 4; n++) await there.del(`user:new:${n}`);
    const equal = await runCli(words);
    expect(equal.status).toBe(0);
    expect(equal.stdout).toContain('112 keys on the source, 112 on the target, 112 on both, 0 differ');
    expect(equal.stdout).toContain('The same names on both sides; values were not compared');
  },
);

it('says which levels there are', async () => {
  const { status, stderr } = await runCli([
    'compare',
    '--source',
    source.url,
    '--target',
    target.url,
    '--level',
    'all',
  ]);
  expect(status).toBe(2);
  expect(stderr).toContain('--level is count, names, values or sample, not "all"');
});
