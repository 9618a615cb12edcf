/** However a run of all parts of a task ends, the next one knows whether others have written to the target since. */
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { ClusterSession } from '../../electron/engine/parts/cluster-session.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { Outcome } from '../../shared/contract/engine-messages.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { taskSpec } from '../support/sync-run.ts';

const KEYS = Array.from({ length: 90 }, (_, i) => `k${i}`);
const HANDED_OVER = { code: 'TARGET_HANDED_OVER' };

let source: TestCluster;
let target: RedisProcess;
let b: Redis;
let told: string[];

beforeAll(async () => {
  [source, target] = await Promise.all([startCluster(), startRedis()]);
  b = target.client();
  for (const key of KEYS) await source.client.set(key, 'v');
}, 60_000);
afterAll(() => Promise.all([source?.stop(), target?.stop()]));
beforeEach(() => b.flushall());

function run(spec: Partial<TaskSpec> = {}): Promise<Outcome> {
  const tell = (text: string): void => void told.push(text);
  told = [];
  return new ClusterSession(systemWorld, taskSpec(source.url, target.url, { task: 'orders', ...spec }), {
    phase: () => undefined,
    info: tell,
    warning: tell,
    located: () => undefined,
    changed: () => undefined,
    question: () => undefined,
  }).run();
}

const copies = async (spec?: Partial<TaskSpec>): Promise<number> => (await run(spec)).fullCopies;
const warned = (): boolean => told.some((text) => text.includes('others have written to the target'));

it('a run that was in step', async () => {
  expect(await copies()).toBe(1);
  expect(await copies()).toBe(0);
  expect(warned()).toBe(false);
  await b.set('theirs', 'v');
  expect(await copies()).toBe(0);
  expect(warned()).toBe(true);
});

it('a run without a stream', async () => {
  await copies({ fullOnly: true });
  await copies({ fullOnly: true });
  await b.set('theirs', 'v');
  await expect(copies({ fullOnly: true })).rejects.toMatchObject(HANDED_OVER);
  // Nor is that forgotten.
  await expect(copies({ fullOnly: true })).rejects.toMatchObject(HANDED_OVER);
  expect(await b.get('theirs')).toBe('v');
});

it('a run that ended before it had claimed anything', async () => {
  await copies({ fullOnly: true });
  await expect(run({ databases: [1] })).rejects.toMatchObject({ code: 'TASK_MISMATCH' });
  await b.set('theirs', 'v');
  await expect(copies({ fullOnly: true })).rejects.toMatchObject(HANDED_OVER);
});
