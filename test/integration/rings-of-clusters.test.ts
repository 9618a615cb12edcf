/** Tasks one behind the other where some of the sides are clusters: what feeds a cluster is known on the node that has its tasks. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import { idsOf, noteOrigins } from '../../electron/engine/checkpoint/task-origins.ts';
import type { KnownServer } from '../../electron/engine/control/relation.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import {
  findFeedingTasks,
  readFeedingOrigins,
  refuseLoop,
} from '../../electron/engine/precheck/feeding-tasks.ts';
import { TargetCluster } from '../../electron/engine/session/target-cluster.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { connectionName } from '../../electron/engine/writer/end-connection.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

let one: TestCluster;
let other: TestCluster;
const looked: TargetCluster[] = [];

beforeAll(async () => {
  [one, other] = await Promise.all([startCluster(), startCluster()]);
}, 60_000);
afterAll(() => Promise.all([one?.stop(), other?.stop()]));
afterEach(async () => {
  for (const cluster of looked.splice(0)) cluster.forget();
  for (const { client } of [...one.members, ...other.members]) await client.flushall();
});

async function look({ url }: TestCluster): Promise<TargetCluster> {
  const cluster = new TargetCluster(systemWorld, parseEndpoint(url), 'test');
  looked.push(cluster);
  await cluster.look();
  return cluster;
}

/** As the parts of a task leave it that copy from one cluster to another. */
async function feed(
  from: TestCluster,
  to: TestCluster,
  task: string,
  more: readonly string[] = [],
): Promise<void> {
  const home = await (await look(to)).nodes.home();
  for (const [i, { identity }] of (await look(from)).servers.entries()) {
    const name = `${task} ${i + 1}`;
    const checkpoint = checkpointWith({
      ...{ epoch: 0, source: new URL(from.url).host, replid: identity.replid },
      slots: SlotSet.of([{ first: i * 100, last: i * 100 + 99 }]),
    });
    const { owner } = await claimCheckpoint(home, name, `run-${i}`, () => checkpoint, 'allow');
    await noteOrigins(home, name, owner, [...idsOf(identity), ...more]);
  }
}

const stranger: KnownServer = {
  ...{ at: parseEndpoint('redis://elsewhere.example:7000') },
  identity: { replid: 'e'.repeat(40), runId: 'd'.repeat(40) } as KnownServer['identity'],
};
const loop = (text: string): unknown =>
  expect.objectContaining({ code: 'SOURCE_IS_TARGET', message: expect.stringContaining(text) });

describe('the tasks that feed a cluster', () => {
  it('are found on its home, each part by the name of its task', async () => {
    await feed(one, other, 'orders');
    const home = await (await look(other)).nodes.home();
    const writer = home.duplicate();
    await writer.client('SETNAME', connectionName('orders 2'));
    const found = await findFeedingTasks(home);
    writer.disconnect();
    expect(found.map(({ name, connected }) => [name, connected])).toEqual([
      ['orders', true],
      ['orders', false],
      ['orders', false],
    ]);
    const servers = (await look(one)).servers.map(({ identity }) => idsOf(identity));
    const origins = (await readFeedingOrigins(home))!;
    expect(origins.map((feeding) => feeding.task)).toEqual(['orders', 'orders', 'orders']);
    expect(origins.map((feeding) => feeding.origins).toSorted()).toEqual(servers.toSorted());
  });

  it('close a loop when one runs from it back to where they come from', async () => {
    await feed(one, other, 'orders');
    const home = await (await look(other)).nodes.home();
    const at = { source: parseEndpoint(other.url), target: parseEndpoint(one.url) };
    const { servers } = await look(one);
    await expect(refuseLoop(home, servers, at)).rejects.toThrow(
      loop('the task orders was not ended in order'),
    );
    // Whichever of its primaries is looked at.
    for (const server of servers)
      await expect(refuseLoop(home, [server], at)).rejects.toThrow(loop('orders'));
    await expect(refuseLoop(home, [stranger], at)).resolves.toBeUndefined();
  });

  it('close a ring when what they bring comes from further up', async () => {
    const { identity } = stranger;
    await feed(one, other, 'orders', idsOf(identity));
    const home = await (await look(other)).nodes.home();
    const at = { source: parseEndpoint(other.url), target: stranger.at };
    await expect(refuseLoop(home, [stranger], at)).rejects.toThrow(loop('by way of other tasks'));
  });

  it('are not taken for none where another node has the index by now', async () => {
    await feed(one, other, 'orders');
    const cluster = await look(other);
    const [home, ...others] = [await cluster.nodes.home(), ...(await cluster.nodes.primaries())];
    const elsewhere = others.find((node) => node !== home)!;
    await expect(readFeedingOrigins(elsewhere)).rejects.toMatchObject({ code: 'SOURCE_SLOTS_MOVED' });
    await expect(findFeedingTasks(elsewhere)).rejects.toMatchObject({ code: 'SOURCE_SLOTS_MOVED' });
  });
});
