/** A source of many shards: what its parts have in common on the target is changed by all of them at the same moment. */
import { afterEach, expect, it } from 'vitest';
import { eventually } from '../support/eventually.ts';
import { startManyShards, type ManyShards } from '../support/many-shards.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startTaskRun } from '../support/task-run.ts';

const SHARDS = 32;
const KEYS = Array.from({ length: 640 }, (_, n) => `key:${n}`);

let source: ManyShards | undefined;
let target: RedisProcess | undefined;
afterEach(() => Promise.all([source?.stop(), target?.stop()]));

const count = async (keys: readonly string[]): Promise<number> => {
  const values = await target!.client().mget(...keys);
  return values.reduce((sum, value) => sum + Number(value), 0);
};

it('is copied, followed, and gone on with after a stop by all of its parts at once', async () => {
  source = await startManyShards(SHARDS);
  target = await startRedis();
  const { client } = source;
  const incr = (): Promise<unknown> => Promise.all(KEYS.map((key) => client.incr(key)));
  await incr();

  const first = startTaskRun(source.url, target.url, { until: 'stopped' });
  await first.reached('in-step');
  expect(await count(KEYS)).toBe(KEYS.length);
  await incr();
  await eventually('the writes are applied', async () => (await count(KEYS)) === 2 * KEYS.length);
  first.run.stop('drain');
  expect(await first.outcome).toMatchObject({ reason: 'stopped', fullCopies: 1, resumable: true });

  await incr();
  const again = startTaskRun(source.url, target.url, { until: 'stopped' });
  await again.reached('in-step');
  expect(await count(KEYS)).toBe(3 * KEYS.length);
  again.run.stop('drain');
  const outcome = await again.outcome;
  expect(outcome).toMatchObject({ reason: 'stopped', fullCopies: 0, resumable: true });
  expect(outcome.feeds).toHaveLength(SHARDS);
  expect([...first.faults, ...again.faults]).toEqual([]);
}, 90_000);
