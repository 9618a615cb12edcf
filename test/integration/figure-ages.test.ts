import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Metrics } from '../../shared/model/metrics.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startRun, type SyncRun } from '../support/sync-run.ts';

/** Looks are a second apart. */
const AGED_MS = 2500;

let source: RedisProcess;
let target: RedisProcess;
let run: SyncRun;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  await source.client().set('key', 'value');
  run = startRun(source.url, target.url, { until: 'stopped' });
});
afterAll(async () => {
  for (const server of [source, target]) await server?.kill('SIGCONT');
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  await Promise.all([source?.stop(), target?.stop()]);
});

const report = (): Metrics => run.session.metrics('in-step');
const sourceAge = ({ atMs, sourceAtMs = 0 }: Metrics): number => atMs - sourceAtMs;
const countAge = ({ atMs, countedAtMs = 0 }: Metrics): number => atMs - countedAtMs;
const fresh = (): boolean => sourceAge(report()) < AGED_MS && countAge(report()) < AGED_MS;

it('the lag is as old as the last word of the source, and counts as old as that of both sides', async () => {
  await eventually('both are looked at', fresh);

  await source.kill('SIGSTOP');
  await eventually('nothing is heard of the source', () => sourceAge(report()) > AGED_MS);
  expect(countAge(report())).toBeGreaterThan(1000);
  await source.kill('SIGCONT');
  await eventually('both are looked at again', fresh);

  await target.kill('SIGSTOP');
  await eventually('the target is not counted', () => countAge(report()) > AGED_MS);
  // Which says nothing of the source.
  expect(sourceAge(report())).toBeLessThan(AGED_MS);
  await target.kill('SIGCONT');
  await eventually('both are counted again', fresh);
});
