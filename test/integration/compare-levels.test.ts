/** How closely two servers are compared; what was planted is what each level has to find. */
import type { Redis } from 'ioredis';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { compareServers, type CompareOptions } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import {
  compareReportSchema,
  type CompareReport,
  type DifferenceKind,
} from '../../shared/model/comparison.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { plantDifferences, type Planted, type PlantedKind } from '../support/planted-differences.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli } from '../support/run-cli.ts';

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
let planted: Planted;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  [a, b] = [source.client(), target.client()];
  planted = await plantDifferences(a, b, { keys: 8000, share: 0.2, seed: 42 });
  // Not counted, and not compared.
  await a.set('lockstep:{x}:own', '1');
  await b.mset('lockstep:{x}:own', '1', 'lockstep:{y}:own', '1');
});
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const compare = (options: Partial<CompareOptions>): Promise<CompareReport> =>
  compareServers({
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(target.url),
    maxDifferences: 10_000,
    ...options,
  });

const PLANTED_AS: Partial<Record<DifferenceKind, PlantedKind>> = {
  'missing-on-target': 'missing',
  'missing-on-source': 'extra',
  value: 'value',
  type: 'type',
  ttl: 'expiry',
};
const found = ({ differences }: CompareReport): Map<string, PlantedKind | undefined> =>
  new Map(differences.map(({ key, kind }) => [key, PLANTED_AS[kind]]));

it('values: each key that was planted is found, as what it was planted, in its prefix and in its slot', async () => {
  const report = await compare({ byPrefix: {}, bySlot: true });
  expect(found(report)).toEqual(new Map(planted.kinds));
  expect(report.databases).toMatchObject([
    { sourceKeys: planted.sourceKeys, targetKeys: planted.targetKeys, differing: planted.kinds.size },
  ]);
  for (const prefix of ['', 'user:', 'user:cart:', 'user:name:', 'page:', 'job:', 'order:paid:', 'flag:']) {
    const counts = report.byPrefix!.prefixes.find((one) => one.prefix === prefix);
    expect(counts, prefix).toMatchObject(
      Object.fromEntries(
        (['missing', 'extra', 'value', 'type', 'expiry'] as const).map((kind) => [
          kind,
          planted.count(kind, prefix),
        ]),
      ),
    );
  }
  const slots = new Map<number, number>();
  for (const key of planted.kinds.keys()) {
    const slot = keySlot(Buffer.from(key));
    slots.set(slot, (slots.get(slot) ?? 0) + 1);
  }
  const told = report.slots!.differing;
  expect(new Map(told.map(({ slot, keys }) => [slot, keys]))).toEqual(slots);
  expect(report.slots!.ranges).toMatchObject([{ slots: '0-16383', source: null, target: null }]);
});

it('count: how many keys there are, without the own ones, and at least how many differ', async () => {
  const report = await compare({ level: 'count', byPrefix: {}, bySlot: true });
  const fewer = Math.abs(planted.sourceKeys - planted.targetKeys);
  const withExpiry = async (client: Redis): Promise<number> =>
    Number(/db0:keys=\d+,expires=(\d+)/.exec(await client.info('keyspace'))![1]);
  expect(report).toMatchObject({
    ...{ level: 'count', equal: fewer === 0, differencesTotal: fewer, differences: [] },
    databases: [
      {
        ...{ db: 0, sourceKeys: planted.sourceKeys, targetKeys: planted.targetKeys, compared: 0 },
        ...{ differing: fewer, expires: { source: await withExpiry(a), target: await withExpiry(b) } },
      },
    ],
    leftOut: { ownKeys: { source: 1, target: 2 } },
  });
  expect(report.byPrefix).toBeUndefined();
  expect(report.slots).toBeUndefined();
  const { stdout } = await runCli([
    ...['compare', '--source', source.url, '--target', source.url, '--level', 'count'],
  ]);
  expect(stdout).toContain('As many keys on both sides; neither names nor values were compared');
});

it('sample: chance chooses keys of both sides, all that is found was planted, and the whole lies in the bounds', async () => {
  const report = await compare({ level: 'sample', sample: { share: 0.25 }, byPrefix: {} });
  const { keys, differing, atLeast, atMost } = report.sample!;
  const spread = (count: number): number => 5 * Math.sqrt(count * 0.25 * 0.75);
  expect(Math.abs(keys - planted.keys / 4)).toBeLessThan(spread(planted.keys));
  expect(Math.abs(differing - planted.kinds.size / 4)).toBeLessThan(spread(planted.kinds.size));
  expect(report.differences).toHaveLength(differing);
  for (const [key, kind] of found(report)) expect(kind, key).toBe(planted.kinds.get(key));
  // Three of a thousand such samples may miss it by more than that.
  const truth = planted.kinds.size / planted.keys;
  expect(atLeast).toBeLessThan(truth * 1.1);
  expect(atMost).toBeGreaterThan(truth * 0.9);
  expect(atLeast).toBeLessThan(differing / keys);
  expect(atMost).toBeGreaterThan(differing / keys);
  const [all] = report.byPrefix!.prefixes;
  expect(all!.missing + all!.extra + all!.value + all!.type + all!.expiry).toBe(differing);
  expect((await compare({ level: 'sample', sample: { share: 0.25 } })).differences).not.toEqual(
    report.differences,
  );
});

it('sample: as many keys as were asked for, and without a doubt where these are all', async () => {
  const words = ['compare', '--source', source.url, '--target', target.url, '--level', 'sample', '--json'];
  const of = async (size: string): Promise<CompareReport> =>
    compareReportSchema.parse(JSON.parse((await runCli([...words, '--sample', size])).stdout));
  const some = await of('1000');
  expect(Math.abs(some.sample!.keys - 1000)).toBeLessThan(200);
  const every = await of('50000');
  expect(every.sample).toMatchObject({
    share: 1,
    keys: planted.keys,
    differing: planted.kinds.size,
    confidence: 1,
  });
  expect(every.sample!.atMost).toBe(planted.kinds.size / planted.keys);
  const wrong = await runCli([...words, '--sample', '0%']);
  expect(wrong).toMatchObject({ status: 2 });
  expect(wrong.stdout + wrong.stderr).toContain('a number of keys such as 20000, or a share such as 1%');
  const same = await runCli([
    ...['compare', '--source', source.url, '--target', source.url, '--level', 'sample', '--sample', '50%'],
  ]);
  expect(same.status).toBe(0);
  expect(same.stdout).toMatch(
    /No difference in [\d,]+ keys that chance has chosen: at most 0\.\d+ % of all keys differ, 99 % sure/,
  );
  expect(same.stdout).toContain('No difference in the sample (');
});

it('a comparison keeps to its pace, waits while it is paused, and finds the same', async () => {
  const pace = { maxKeysPerSecond: 4000, paused: false };
  let seen = 0;
  let pausedAt = 0;
  const ended = compare({
    level: 'names',
    pace,
    onProgress: ({ phase, keysDone }) => {
      seen += 1;
      if (phase !== 'source' || keysDone < 1000 || pausedAt > 0) return;
      pausedAt = seen;
      pace.paused = true;
    },
  });
  await expect.poll(() => pausedAt).toBeGreaterThan(0);
  await sleep(1500);
  // The page beside it was under way.
  expect(seen).toBeLessThanOrEqual(pausedAt + 1);
  pace.paused = false;
  const report = await ended;
  const inNames = [...planted.kinds].filter(([, kind]) => kind === 'missing' || kind === 'extra');
  expect(report.differencesTotal).toBe(inNames.length);
  const walkedMs = ((planted.sourceKeys + planted.targetKeys) * 1000) / pace.maxKeysPerSecond;
  expect(report.durationMs).toBeGreaterThan(1400 + walkedMs * 0.9);
});
