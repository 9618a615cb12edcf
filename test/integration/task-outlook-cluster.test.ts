/** What a start of a task with a cluster as its source is said to come to beforehand, and does. The tests follow one another. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { lookAhead } from '../../electron/engine/parts/task-outlook.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { TaskOutlook } from '../../shared/model/task-outlook.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { eventually } from '../support/eventually.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli } from '../support/run-cli.ts';
import { taskSpec } from '../support/sync-run.ts';

const KEYS = 300;

let source: TestCluster;
let target: RedisProcess;

beforeAll(async () => {
  [source, target] = await Promise.all([startCluster({ replicas: 1 }), startRedis()]);
  for (let n = 0; n < KEYS; n++) await source.client.set(`k${n}`, 'v');
}, 60_000);
afterAll(() => Promise.all([source?.stop(), target?.stop()]));

const look = (url = source.url, special: Partial<TaskSpec> = {}): Promise<TaskOutlook> =>
  lookAhead(systemWorld, {
    ...taskSpec(url, target.url, { task: 'orders', ...special }),
    source: parseEndpoint(url),
  });

it('a first run copies the keys of all shards', async () => {
  expect(await look()).toMatchObject({ start: 'first-copy', sourceKeys: KEYS, targetKeys: 0, faults: [] });
});

it('a task that was stopped goes on, whichever node is asked', async () => {
  const run = await runCli([
    ...['sync', '--source', source.url, '--target', target.url, '--task', 'orders', '--until', 'caught-up'],
  ]);
  expect(run.status).toBe(0);
  for (const { server } of source.members.slice(0, 3))
    expect(await look(server.url)).toMatchObject({
      ...{ start: 'resume', reason: null, writes: 'none', faults: [] },
      ...{ sourceKeys: KEYS, targetKeys: KEYS },
    });
  await target.client().set('other', 'v');
  expect(await look()).toMatchObject({ start: 'resume', writes: 'some' });
  await target.client().del('other');
});

it('a shard that has got slots of another goes on', async () => {
  await source.moveSlot(0, source.members[1]!);
  expect(await look()).toMatchObject({
    ...{ start: 'resume', faults: [], reason: null },
  });
  await source.moveSlot(0, source.members[0]!);
  expect(await look()).toMatchObject({ start: 'resume' });
});

it('where replicas are read, what one of them still has is enough', async () => {
  const { members, client } = source;
  const primaries = members.slice(0, 3);
  for (const primary of primaries) await primary.client.config('SET', 'repl-backlog-size', '16384');
  for (let n = 0; n < 60; n++) await client.set(`k${n}`, 'x'.repeat(5000));
  await eventually('the primaries have let go of it', async () => (await look()).start === 'new-copy');
  // One whose link breaks as so much comes at once is back in a moment.
  await expect
    .poll(() => look(source.url, { readFrom: 'replicas' }))
    .toMatchObject({ ...{ start: 'resume', reason: null, faults: [], sourceKeys: KEYS } });
  for (const replica of members.slice(3))
    await replica.client.config('SET', 'masterauth', 'nobody asks for one');
  for (const primary of primaries) await primary.client.call('CLIENT', 'KILL', 'TYPE', 'replica');
  await eventually(
    'none of them is linked',
    async () => (await look(source.url, { readFrom: 'replicas' })).start === 'new-copy',
  );
});

it('the task is refused with a server as its source', async () => {
  const server = await startRedis();
  try {
    const outlook = await look(server.url);
    expect(outlook).toMatchObject({ start: 'unknown', sourceKeys: 0, targetKeys: KEYS });
    expect(outlook.faults).toEqual([expect.stringContaining('copied from a cluster before')]);
    const { start, faults } = await look(server.url, { readFrom: 'replicas' });
    expect([start, faults]).toEqual(['unknown', [expect.stringContaining('is one server')]]);
  } finally {
    await server.stop();
  }
});
