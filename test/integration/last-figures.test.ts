import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { EngineEvent } from '../../shared/contract/engine-messages.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { taskJob } from '../../electron/engine/jobs/task-job.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { taskSpec } from '../support/sync-run.ts';

const KEYS = 10_000;

let source: RedisProcess;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  await source.client().mset(Object.fromEntries(Array.from({ length: KEYS }, (_, i) => [`key:${i}`, i])));
});
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

/** What a run reports at last, with its last word. */
async function lastOf(spec: Partial<TaskSpec>): Promise<{ metrics: Metrics; word: EngineEvent }> {
  const events: EngineEvent[] = [];
  const send = (event: EngineEvent): unknown => events.push(event);
  await taskJob(taskSpec(source.url, target.url, spec), send, systemWorld).ended;
  const reports = events.filter((event) => event.type === 'metrics');
  return { metrics: reports.at(-1)!.metrics, word: events.at(-1)! };
}

const keysOf = ({ databases }: Metrics): number[][] =>
  databases.map(({ db, sourceKeys, targetKeys }) => [db, sourceKeys, targetKeys]);

it('the figures of a run that ended at once are those of its end', async () => {
  const { metrics, word } = await lastOf({ task: 'copied', fullOnly: true });
  expect(word.type).toBe('finished');
  expect(keysOf(metrics)).toEqual([[0, KEYS, KEYS]]);
  expect(metrics.countedAtMs! <= metrics.atMs).toBe(true);
});

it('so are those of a run that a fault has ended', async () => {
  await target.client().flushall();
  // Nobody agrees to a value that a target may not hold: the copy ends in the midst.
  await source.client().set('large', randomBytes(2_000_000));
  await target.client().config('SET', 'proto-max-bulk-len', '1mb');
  const { metrics, word } = await lastOf({ task: 'failed' });
  expect(word).toMatchObject({ type: 'failed', code: 'TARGET_VALUE_TOO_LARGE' });
  const held = (await target.client().dbsize()) - 2;
  expect(keysOf(metrics)).toEqual([[0, KEYS + 1, held]]);
});
