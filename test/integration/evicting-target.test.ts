import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { lookAtDrift, NO_DRIFT_MEMORY } from '../../shared/model/drift.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { runCli } from '../support/run-cli.ts';

const KEYS = 8000;
const VALUE_BYTES = 1000;
/** What an empty server takes, and room for about half of the keys. */
const ROOM_BYTES = 6 * 1024 * 1024;

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0'] }),
    startRedis({ args: ['--maxmemory-policy', 'volatile-lru'] }),
  ]);
  [a, b] = [source.client(), target.client()];
  const pipeline = a.pipeline();
  for (let i = 0; i < KEYS; i++) pipeline.set(`key:${i}`, 'x'.repeat(VALUE_BYTES), 'EX', 3600);
  await pipeline.exec();
});

afterAll(async () => {
  await Promise.all([source.stop(), target.stop()]);
});

beforeEach(async () => {
  await b.config('SET', 'maxmemory', '0');
  await b.flushall();
  await b.config('RESETSTAT');
});

async function limitMemory(): Promise<void> {
  const used = Number(/used_memory:(\d+)/.exec(await b.info('memory'))![1]);
  await b.config('SET', 'maxmemory', String(used + ROOM_BYTES));
}

const evicted = async (): Promise<number> => Number(/evicted_keys:(\d+)/.exec(await b.info('stats'))![1]);

describe('a target that evicts', () => {
  it('is told while it copies, counted in the outcome, and no success', async () => {
    await limitMemory();
    const args = ['sync', '--source', source.url, '--target', target.url, '--until', 'caught-up'];
    const text = await runCli(args);
    expect(await evicted()).toBeGreaterThan(1000);
    expect(text.stderr).toMatch(
      /! The target has evicted [\d,]+ keys? since the full copy \(maxmemory-policy volatile-lru\)/,
    );
    expect(text.stderr).toMatch(
      /The target has evicted [\d,]+ keys since the full copy: the two sides differ/,
    );
    expect(text.status).toBe(1);
  });

  it('is counted over the runs of a task, also what it evicted while none ran', async () => {
    const run = startRun(source.url, target.url, {});
    expect(await run.outcome).toMatchObject({ evictedKeys: 0, fullCopies: 1 });
    const used = Number(/used_memory:(\d+)/.exec(await b.info('memory'))![1]);
    await b.config('SET', 'maxmemory', String(used - 1024 * 1024));
    await poll('it evicts', async () => (await evicted()) > 100);
    await b.config('SET', 'maxmemory', '0');
    const gone = await evicted();

    const next = startRun(source.url, target.url, { until: 'stopped' });
    await next.reached('in-step');
    expect(next.told.join('\n')).toContain(`The target has evicted ${gone} keys`);
    const metrics = next.session.sampler.metrics('in-step');
    expect(metrics.evictedKeys).toBe(gone);
    expect(lookAtDrift(metrics, 'fail', NO_DRIFT_MEMORY).drift.verdict).not.toBe('none');
    next.session.stop('drain');
    expect(await next.outcome).toMatchObject({ evictedKeys: gone, fullCopies: 0 });
  });
});
