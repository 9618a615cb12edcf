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
import { TargetCluster } from '../../electron/engine/target/target-cluster.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { connectionName } from '../../electron/engine/writer/end-connection.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { atNight } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli, startCli } from '../support/run-cli.ts';
import { poll } from '../support/sync-run.ts';
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

describe('a task on the command line', () => {
  let server: RedisProcess;
  const running: ReturnType<typeof startCli>[] = [];
  beforeAll(async () => {
    server = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
  });
  afterAll(() => server?.stop());
  afterEach(async () => {
    for (const run of running.splice(0)) await run.end();
    await server.client().flushall();
  });

  const words = (from: string, to: string, task: string): string[] => [
    ...['sync', '--source', from, '--target', to, '--task', task],
  ];
  /** Begins to follow one side with another, and is in step. */
  async function follow(from: string, to: string, task: string, shards = 1): Promise<void> {
    const run = startCli(words(from, to, task));
    running.push(run);
    await poll(`${task} is in step`, () => Promise.resolve(run.output.split('In step').length > shards));
  }
  const refused = async (from: string, to: string, task: string): Promise<string> => {
    const run = await runCli(words(from, to, task));
    expect(run.stderr).toContain('SOURCE_IS_TARGET');
    return run.stderr;
  };

  it('is refused from a cluster back to the one that feeds it', async () => {
    await one.client.set('k', 'v');
    await follow(one.url, other.url, 'there', 3);
    expect(await refused(other.members[2]!.server.url, one.members[1]!.server.url, 'back')).toMatch(
      /a loop: the task there writes from the target/,
    );
    expect(await one.client.get('k')).toBe('v');
  }, 60_000);

  atNight('is refused where it closes a ring in which a cluster is in the middle', async () => {
    await server.client().set('k', 'v');
    const third = await startRedis({ args: ['--repl-diskless-sync-delay', '0'] });
    try {
      await follow(server.url, other.url, 'first');
      await follow(other.url, third.url, 'second', 3);
      const [, runId = ''] = /run_id:(\w+)/.exec(await server.client().info('server'))!;
      await poll('the way is known', async () =>
        Object.values(await third.client().hgetall('lockstep:{tasks}')).every((entry) =>
          entry.includes(runId),
        ),
      );
      expect(await refused(third.url, server.url, 'last')).toMatch(
        /a loop: the task second writes from the target .*, by way of other tasks/,
      );
      expect(await server.client().get('k')).toBe('v');
    } finally {
      for (const run of running.splice(0).toReversed()) await run.end();
      await third.stop();
    }
  });

  it('is refused between two nodes of one cluster, and to a server that follows a shard of its source', async () => {
    const [node, next] = [one.members[0]!.server, one.members[1]!.server];
    expect(await refused(node.url, next.url, 'itself')).toContain('both sides have the server');
    await server.client().replicaof('127.0.0.1', next.port);
    try {
      await poll('it follows', async () =>
        (await server.client().info('replication')).includes('link_status:up'),
      );
      const run = await runCli(words(node.url, server.url, 'replica'));
      expect(run.stderr).toMatch(/SOURCE_IS_TARGET[^]*the target \S+ replicates from the source \S+ already/);
    } finally {
      await server.client().replicaof('NO', 'ONE');
    }
  }, 60_000);
});
