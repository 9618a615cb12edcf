/** What the keys of a prefix take in memory, beside where they differ. */
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

const SMALL = 3000;
const LARGE = 50;

beforeAll(async () => {
  [source, target, cluster] = await Promise.all([startRedis(), startRedis(), startCluster()]);
  a = source.client();
  for (const client of [a, target.client(), cluster.client]) {
    await Promise.all(
      Array.from({ length: SMALL }, (_, n) => client.set(`small:w${n}`, 'x'.repeat(1 + (n % 50)))),
    );
    await Promise.all(Array.from({ length: LARGE }, (_, n) => client.set(`large:w${n}`, 'x'.repeat(50_000))));
  }
  for (let n = 0; n < 10; n++) await target.client().set(`alone:w${n}`, 'x'.repeat(1000));
});
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop(), cluster?.stop()]);
});

const compare = async (url: string, ...words: string[]): Promise<readonly PrefixCounts[]> => {
  const { stdout } = await runCli([
    ...['compare', '--source', source.url, '--target', url, '--by-prefix', '--memory', '--json'],
    ...words,
  ]);
  return compareReportSchema.parse(JSON.parse(stdout)).byPrefix!.prefixes;
};
const of = (prefixes: readonly PrefixCounts[], prefix: string): [bytes: number, sizedKeys: number] => {
  const found = prefixes.find((one) => one.prefix === prefix)!;
  return [found.bytes!, found.sizedKeys!];
};
const takenBy = async (prefix: string, client: Redis): Promise<number> => {
  const keys = await client.keys(`${prefix}*`);
  const sizes = await Promise.all(keys.map((key) => client.memory('USAGE', key)));
  return sizes.reduce<number>((sum, bytes) => sum + Number(bytes), 0);
};

it('is exact where every value is read, and counts what the target alone has', async () => {
  const prefixes = await compare(target.url);
  expect(of(prefixes, 'small:')).toEqual([await takenBy('small:', a), SMALL]);
  expect(of(prefixes, 'large:')).toEqual([await takenBy('large:', a), LARGE]);
  expect(of(prefixes, 'alone:')).toEqual([await takenBy('alone:', target.client()), 10]);
  const sum = ['small:', 'large:', 'alone:'].reduce((all, prefix) => all + of(prefixes, prefix)[0], 0);
  expect(of(prefixes, '')).toEqual([sum, SMALL + LARGE + 10]);
});

it.each(['one server', 'a cluster'])(
  'is estimated by some keys of each prefix where names alone are compared, with %s',
  async (kind) => {
    const prefixes = await compare(kind === 'a cluster' ? cluster.url : target.url, '--level', 'names');
    const [bytes, sized] = of(prefixes, 'small:');
    expect(sized).toBe(200);
    expect(Math.abs(bytes / (await takenBy('small:', a)) - 1)).toBeLessThan(0.15);
    expect(of(prefixes, 'large:')).toEqual([await takenBy('large:', a), LARGE]);
  },
);

it('is left out where the source does not let its user ask, and names are compared all the same', async () => {
  await a.acl('SETUSER', 'reader', 'on', '>secret', '~*', '+@all', '-memory');
  const url = source.url.replace('redis://', 'redis://reader:secret@');
  const { stdout, status } = await runCli([
    ...['compare', '--source', url, '--target', cluster.url, '--by-prefix', '--memory', '--json'],
    ...['--level', 'names'],
  ]);
  expect(status).toBe(0);
  const { prefixes } = compareReportSchema.parse(JSON.parse(stdout)).byPrefix!;
  const small = prefixes.find(({ prefix }) => prefix === 'small:')!;
  expect(small).toMatchObject({ sourceKeys: SMALL });
  expect(small.bytes).toBeUndefined();
});

it('is told by lines, largest first', async () => {
  const words = ['compare', '--source', source.url, '--target', target.url];
  const { stdout } = await runCli([...words, '--by-prefix', '--memory']);
  expect(stdout).toMatch(
    /By memory, about, largest first:\n {2}large: {2}\d.\d MB for 50 keys, of which 50 were measured\n {2}small: {2}[\d.]+ KB for 3,000 keys, of which 3,000 were measured/,
  );
  const wrong = await runCli([...words, '--memory']);
  expect(wrong).toMatchObject({ status: 2 });
  expect(wrong.stderr).toContain('--memory is for --by-prefix');
});
