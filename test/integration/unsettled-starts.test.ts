/** Tasks that start while a cluster is not as it will be: a slot is half on its way, or a node tells others the address of another. */
import { afterEach, expect, it } from 'vitest';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startTaskRun, type StartedTask } from '../support/task-run.ts';
import { poll } from '../support/sync-run.ts';

const TAG = '{half}';
const SLOT = keySlot(Buffer.from('half'));
const KEYS = 60;

let server: RedisProcess;
let cluster: TestCluster;
let task: StartedTask | undefined;

afterEach(async () => {
  task?.run.stop('now');
  await task?.outcome.catch(() => undefined);
  task = undefined;
  await Promise.all([server?.stop(), cluster?.stop()]);
});

async function begin(): Promise<void> {
  const noDelay = ['--repl-diskless-sync-delay', '0'];
  [server, cluster] = await Promise.all([startRedis({ args: noDelay }), startCluster({ args: noDelay })]);
}

async function otherThanOwner(): Promise<ClusterMember> {
  const owner = await cluster.ownerOf(SLOT);
  return cluster.members.find(({ id }) => id !== owner.id)!;
}

async function expectEqual(source: string, target: string): Promise<void> {
  task!.run.stop('drain');
  expect(await task!.outcome).toMatchObject({ reason: 'stopped' });
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(source),
    target: parseEndpoint(target),
  });
  expect(report.differences).toEqual([]);
  expect(report.databases[0]?.compared).toBe(KEYS + 1);
}

it('a source of which a slot is half on its way is copied whole, and the keys that come after it count once', async () => {
  await begin();
  for (let i = 0; i < KEYS; i++) await cluster.client.rpush(`${TAG}${i}`, 'one');
  const to = await otherThanOwner();
  await cluster.openMove(SLOT, to);
  expect(await cluster.carry(SLOT, to, KEYS / 2)).toBe(KEYS / 2);
  task = startTaskRun(cluster.url, server.url, { until: 'stopped' });
  await poll('it says so', () => task!.told.some((text) => text.includes(`slot ${SLOT} is under way`)));
  await cluster.client.rpush(`${TAG}before`, 'one');
  await cluster.carry(SLOT, to);
  await cluster.closeMove(SLOT, to);
  for (let i = 0; i < KEYS; i++) await cluster.client.rpush(`${TAG}${i}`, 'two');
  await poll('in step', () => task!.phases.at(-1) === 'in-step');
  await poll('the last has come', async () => (await server.client().llen(`${TAG}${KEYS - 1}`)) === 2);
  expect(await server.client().lrange(`${TAG}0`, 0, -1)).toEqual(['one', 'two']);
  await expectEqual(cluster.url, server.url);
});

it('a target of which a slot is half on its way is waited for, and copied to once the slot has an owner', async () => {
  await begin();
  for (let i = 0; i <= KEYS; i++) await server.client().rpush(`${TAG}${i}`, 'one');
  const to = await otherThanOwner();
  await cluster.openMove(SLOT, to);
  task = startTaskRun(server.url, cluster.url, { until: 'stopped' });
  await poll('it says so', () => task!.told.some((text) => text.includes(`slot ${SLOT} is under way`)));
  await cluster.closeMove(SLOT, to);
  await poll('in step', () => task!.phases.at(-1) === 'in-step');
  await expectEqual(server.url, cluster.url);
});

it('a node that announces the address of another is told as that, and nothing is written', async () => {
  await begin();
  await server.client().set('k', 'v');
  const [first, second] = cluster.members;
  await second!.client.call('CONFIG', 'SET', 'cluster-announce-port', first!.server.port);
  for (const { client } of [first!, cluster.members[2]!])
    await poll('the others have heard of it', async () =>
      String(await client.call('CLUSTER', 'NODES'))
        .split('\n')
        .some((line) => line.startsWith(second!.id) && line.includes(`:${first!.server.port}@`)),
    );
  task = startTaskRun(server.url, cluster.url, { until: 'caught-up', retryForMs: 3000 });
  await expect(task.outcome).rejects.toMatchObject({
    code: 'TARGET_UNREACHABLE',
    message: expect.stringMatching(
      new RegExp(`^the node [0-9a-f]{8}… announces 127\\.0\\.0\\.1:${first!.server.port}, and another node`),
    ) as string,
  });
  for (const { client } of cluster.members) expect(await client.dbsize()).toBe(0);
});
