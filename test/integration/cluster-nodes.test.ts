/** Control connections to the primaries of a real cluster. */
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { ClusterNodes, HOME_SLOT } from '../../electron/engine/control/cluster-nodes.ts';
import { discoverCluster, type FoundCluster } from '../../electron/engine/control/discover-cluster.ts';
import { checkpointKey } from '../../electron/engine/checkpoint/checkpoint.ts';
import { TASKS_KEY } from '../../electron/engine/checkpoint/task-index.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';

const NAME = 'lockstep:looked-for';
let cluster: TestCluster;
let found: FoundCluster;
let nodes: ClusterNodes;

beforeAll(async () => {
  cluster = await startCluster();
  found = await discoverCluster(systemWorld, 'target', parseEndpoint(cluster.url));
});
afterAll(() => cluster?.stop());
afterEach(() => nodes.close());

const connections = async (member: number): Promise<number> =>
  String(await cluster.members[member]!.client.call('CLIENT', 'LIST'))
    .split('\n')
    .filter((line) => line.includes(`name=${NAME} `)).length;

it('gives the owner of a slot, over one connection a node that is opened when it is first asked for', async () => {
  nodes = new ClusterNodes(systemWorld, 'target', found, NAME);
  const [a, b] = await Promise.all([nodes.onSlot(0), nodes.onSlot(5460)]);
  expect(a).toBe(b);
  expect(await a.call('CLUSTER', 'MYID')).toBe(cluster.members[0]!.id);
  expect([await connections(0), await connections(1), await connections(2)]).toEqual([1, 0, 0]);
  const ids = (await nodes.primaries()).map((redis) => redis.call('CLUSTER', 'MYID'));
  expect(await Promise.all(ids)).toEqual(cluster.members.map(({ id }) => id));
});

it('is at home where the index and the checkpoints of tasks lie', async () => {
  nodes = new ClusterNodes(systemWorld, 'target', found, NAME);
  expect(keySlot(Buffer.from(TASKS_KEY))).toBe(HOME_SLOT);
  expect(keySlot(Buffer.from(checkpointKey('any')))).toBe(HOME_SLOT);
  const home = await nodes.home();
  await home.watch(TASKS_KEY, checkpointKey('any'));
  expect(
    await home.multi().hset(TASKS_KEY, 'any', 'x').hset(checkpointKey('any'), 'epoch', '1').exec(),
  ).toEqual([
    [null, 1],
    [null, 1],
  ]);
});

it('opens a connection anew that has broken, and none after the end', async () => {
  nodes = new ClusterNodes(systemWorld, 'target', found, NAME);
  const first = await nodes.onSlot(16_383);
  const ended = new Promise((resolve) => first.once('end', resolve));
  await cluster.members[2]!.client.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
  await ended;
  const [second, same] = await Promise.all([nodes.onSlot(16_383), nodes.onSlot(16_383)]);
  expect(second).not.toBe(first);
  expect(second).toBe(same);
  const late = nodes.onSlot(0);
  nodes.close();
  await expect(late).rejects.toThrow(expect.objectContaining({ code: 'INTERRUPTED' }));
});

it('says that a slot belongs to nobody', async () => {
  const topology = { ...found.topology, shardOfSlot: new Int16Array(16_384).fill(-1) };
  nodes = new ClusterNodes(systemWorld, 'target', { ...found, topology }, NAME);
  await expect(nodes.onSlot(7)).rejects.toThrow(expect.objectContaining({ code: 'TARGET_CLUSTER_DOWN' }));
});
