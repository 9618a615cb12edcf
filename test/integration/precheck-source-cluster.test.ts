import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { claimCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import { partName } from '../../electron/engine/checkpoint/task-parts.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { inspect } from '../../electron/engine/jobs/inspect-job.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import type { CheckId, CheckResult } from '../../shared/model/precheck.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { check, precheck, taskBetween } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { replicating } from '../support/replicating.ts';
import { checkpointWith } from '../support/target/checkpoints.ts';

let source: TestCluster;
let target: RedisProcess;
let nodes: readonly ClusterMember[];

beforeAll(async () => {
  [source, target] = await Promise.all([startCluster({ replicas: 1 }), startRedis()]);
  nodes = source.members.slice(0, 3);
  await Promise.all(
    Array.from({ length: 60 }, (_, n) =>
      n % 2 === 0 ? source.client.set(`k:${n}`, n) : source.client.set(`k:${n}`, n, 'EX', 1000),
    ),
  );
});
afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});
afterEach(async () => {
  await target.client().flushall();
});

const at = ({ server }: ClusterMember): string => `127.0.0.1:${server.port}`;
/** By way of a replica, which has no key of two of the shards. */
const task = (more: Partial<TaskSpec> = {}): TaskSpec =>
  taskBetween(source.members.at(-1)!.server.url, target.url, more);
const look = (id: CheckId, more: Partial<TaskSpec> = {}): Promise<CheckResult> => check(id, task(more));

/** Sets it on one node while `work` looks. */
async function withSetting<T>(
  { client }: ClusterMember,
  [name, value]: readonly [string, string],
  work: () => Promise<T>,
): Promise<T> {
  const [, before] = (await client.config('GET', name)) as [string, string];
  await client.config('SET', name, value);
  try {
    return await work();
  } finally {
    await client.config('SET', name, before);
  }
}

it('finds nothing that keeps a task from starting', async () => {
  const results = await precheck(task());
  expect([...results.values()].filter(({ status }) => status === 'failure')).toEqual([]);
  expect([...results.values()].filter(({ status }) => status === 'skipped')).toEqual([]);
  expect(results.get('cluster-sync')!.found).toContain('From a cluster of 3 shards to one server');
});

describe('where replicas are to be read', () => {
  const REPLICAS = { readFrom: 'replicas' } as const;
  const replicas = (): readonly ClusterMember[] => source.members.slice(3);

  it('what the link meets is looked at on them, and named', async () => {
    const replica = replicas()[1]!;
    const found = await withSetting(replica, ['repl-timeout', '7'], () => look('source-timeout', REPLICAS));
    expect(found).toMatchObject({ status: 'warning' });
    expect(found.found.startsWith(`${at(replica)}: repl-timeout is 7 s`)).toBe(true);
    const buffer = await withSetting(
      replica,
      ['client-output-buffer-limit', 'replica 1048576 1048576 60'],
      () => look('source-output-buffer', REPLICAS),
    );
    expect(buffer.found.startsWith(`${at(replica)}: `)).toBe(true);
    const snapshot = await look('source-snapshot', REPLICAS);
    // What they have in common, memory to a tenth of a megabyte included, is said once.
    const named = replicas().every((one) => snapshot.found.includes(at(one)));
    expect(named || snapshot.found.startsWith('All 3 nodes that are read: '), snapshot.found).toBe(true);
    expect(await look('source-backlog', REPLICAS)).toMatchObject({ status: 'pass' });
    // What a primary has set is of no account for the link then.
    const primary = await withSetting(nodes[1]!, ['repl-timeout', '7'], () =>
      look('source-timeout', REPLICAS),
    );
    expect(primary).toMatchObject({
      status: 'pass',
      found: 'All 3 nodes that are read: repl-timeout is 60 s.',
    });
  });

  it('they are told, and a shard that has none that is well', async () => {
    const well = await look('cluster-sync', REPLICAS);
    expect(well.status).toBe('pass');
    for (const replica of replicas()) expect(well.found).toContain(at(replica));
    const [, primary] = nodes;
    await replicas()[1]!.client.config('SET', 'masterauth', 'nobody asks for one');
    await primary!.client.call('CLIENT', 'KILL', 'TYPE', 'replica');
    try {
      await expect
        .poll(async () => (await look('cluster-sync', REPLICAS)).status, { timeout: 20_000 })
        .toBe('warning');
      expect((await look('cluster-sync', REPLICAS)).found).toContain(`of what ${at(primary!)} has`);
    } finally {
      await replicas()[1]!.client.config('SET', 'masterauth', '');
      await replicating(primary!.client, 1);
    }
  });

  it('rights are asked about on primaries and replicas', async () => {
    const replica = replicas()[2]!;
    await replica.client.call('ACL', 'SETUSER', 'default', '-psync');
    try {
      const found = await look('source-permissions', REPLICAS);
      expect(found).toMatchObject({ status: 'failure' });
      expect(found.found.startsWith(`${at(replica)}: `)).toBe(true);
      expect(await look('source-permissions')).toMatchObject({ status: 'pass' });
    } finally {
      await replica.client.call('ACL', 'SETUSER', 'default', '+@all');
    }
  });

  it('a source that is one server fails', async () => {
    const alone = await startRedis();
    try {
      const found = await check('cluster-sync', taskBetween(alone.url, target.url, REPLICAS));
      expect(found).toMatchObject({ status: 'failure' });
      expect(found.found).toContain('is one server');
    } finally {
      await alone.stop();
    }
  });
});

it('adds up what all shards have', async () => {
  expect((await look('source-connection')).found).toContain('60 keys on 3 nodes of it');
  expect((await look('expiring-keys')).found).toMatch(/^30 of 60 keys expire/);
  expect((await look('large-values')).found).toContain('its 60 keys');
  expect((await look('throughput')).found).toContain('for 60 keys');
});

describe('names the node that is not well:', () => {
  it('its settings', async () => {
    const found = await withSetting(nodes[1]!, ['repl-timeout', '7'], () => look('source-timeout'));
    expect(found).toMatchObject({
      status: 'warning',
      found: `${at(nodes[1]!)}: repl-timeout is 7 s, and a link may be silent for longer than that.`,
    });
    expect(found.mends[0]!.text.startsWith(`${at(nodes[1]!)}: `)).toBe(true);
  });

  it('its output buffer', async () => {
    const found = await withSetting(
      nodes[2]!,
      ['client-output-buffer-limit', 'replica 1048576 1048576 60'],
      () => look('source-output-buffer'),
    );
    expect(found).toMatchObject({ status: 'warning' });
    expect(found.found.startsWith(`${at(nodes[2]!)}: `)).toBe(true);
  });

  it('its backlog, at the rate at which it is written to itself', async () => {
    const node = nodes[0]!;
    const ofFirst = Array.from({ length: 30 }, (_, n) => `k:${2 * n}`).find(
      (key) => keySlot(Buffer.from(key)) < 5461,
    )!;
    const found = await withSetting(node, ['repl-backlog-size', '16384'], async () => {
      const stop = { now: false };
      const writing = (async () => {
        while (!stop.now) await node.client.set(ofFirst, 'x'.repeat(10_000));
      })();
      try {
        return await look('source-backlog');
      } finally {
        stop.now = true;
        await writing;
      }
    });
    expect(found).toMatchObject({ status: 'warning' });
    expect(found.found.startsWith(`${at(node)}: `)).toBe(true);
    expect(found.found).not.toContain(at(nodes[1]!));
  });

  it('that it evicts', async () => {
    const found = await withSetting(nodes[2]!, ['maxmemory', String(2 ** 30)], () =>
      withSetting(nodes[2]!, ['maxmemory-policy', 'allkeys-lru'], () => look('source-eviction')),
    );
    expect(found).toMatchObject({ status: 'notice' });
    expect(found.found.startsWith(`${at(nodes[2]!)}: It uses`)).toBe(true);
  });

  it('its rights', async () => {
    for (const { client } of source.members)
      await client.call('ACL', 'SETUSER', 'app', 'on', '>secret', '~*', '&*', '+@all');
    await nodes[1]!.client.call('ACL', 'SETUSER', 'app', '-psync');
    const url = nodes[0]!.server.url.replace('://', '://app:secret@');
    const found = await check('source-permissions', taskBetween(url, target.url));
    expect(found).toMatchObject({
      status: 'failure',
      found: `${at(nodes[1]!)}: The user app may not run PSYNC, so it cannot replicate.`,
    });
    await nodes[1]!.client.call('ACL', 'SETUSER', 'app', '+psync');
    expect((await check('source-permissions', taskBetween(url, target.url))).status).toBe('pass');
    await nodes[0]!.client.call('ACL', 'SETUSER', 'app', '-cluster');
    const blind = await check('source-permissions', taskBetween(url, target.url));
    expect(blind).toMatchObject({
      status: 'failure',
      found: expect.stringContaining('may not run CLUSTER NODES'),
    });
  });
});

it('tells function libraries that are on any shard', async () => {
  await nodes[2]!.client.call(
    'FUNCTION',
    'LOAD',
    "#!lua name=mine\nredis.register_function('f', function() end)",
  );
  try {
    expect((await look('functions')).found).toContain('1 function library (mine)');
  } finally {
    await nodes[2]!.client.call('FUNCTION', 'FLUSH');
  }
});

it('foretells what a flush costs that a shard has run', async () => {
  for (const { client } of nodes) await client.call('CONFIG', 'RESETSTAT');
  expect((await look('cluster-commands')).status).toBe('pass');
  const empty = await startCluster({ primaries: 3 });
  try {
    await empty.members[1]!.client.flushall();
    const found = await check('cluster-commands', taskBetween(empty.url, target.url));
    expect(found).toMatchObject({ status: 'notice', found: expect.stringContaining('FLUSHALL (1)') });
  } finally {
    await empty.stop();
  }
});

it('says what it means that slots are under way', async () => {
  await source.openMove(7, nodes[1]!);
  try {
    const found = await look('cluster-moves');
    expect(found.status).toBe('warning');
    expect(found.mends[0]!.text).toContain('is brought from the node that has it then');
  } finally {
    await source.closeMove(7, nodes[1]!);
    await source.moveSlot(7, nodes[0]!);
  }
});

describe('how the two sides stand to each other:', () => {
  it('the same cluster, by other nodes of it', async () => {
    const found = await check('distinct-servers', taskBetween(nodes[0]!.server.url, nodes[2]!.server.url));
    expect(found).toMatchObject({ status: 'failure', found: expect.stringContaining('same server process') });
  });

  it('a target that replicates from one of the shards', async () => {
    // By the shard that is not the one whose address is given.
    const replica = source.members.at(-1)!.server.url;
    const found = await check('distinct-servers', taskBetween(nodes[0]!.server.url, replica));
    expect(found.status).toBe('failure');
  });
});

describe('what stands on the target:', () => {
  it('keys are refused by name, or stay where that is chosen', async () => {
    await target.client().set('standing', 1);
    const found = await look('target-empty', { existing: 'fail' });
    expect(found).toMatchObject({ status: 'failure', found: expect.stringContaining('standing') });
    expect(found.mends[0]!.text).toContain('Overwrite keys of the same name');
    expect(await look('target-empty', { existing: 'overwrite' })).toMatchObject({
      status: 'warning',
      found: expect.stringContaining('the others stay'),
    });
  });

  const part = async (number: number, slots: string): Promise<void> => {
    const name = partName({ task: 'checked', number });
    const checkpoint = checkpointWith({ epoch: 0, slots: SlotSet.parse(slots) });
    await claimCheckpoint(target.client(), name, 'an earlier run', () => checkpoint, 'allow');
  };

  it('parts of the task go on', async () => {
    await part(1, '0-5460');
    await part(2, '5461-10921');
    await part(3, '10922-16383');
    expect(await look('target-empty')).toMatchObject({
      status: 'pass',
      found: expect.stringContaining('each shard goes on from its checkpoint'),
    });
  });

  it('slots that have come to a shard since are brought', async () => {
    await part(1, '0-5460');
    await part(2, '5461-10000');
    await part(3, '10922-16383');
    expect(await look('target-empty')).toMatchObject({
      status: 'notice',
      found: expect.stringMatching(
        /3 of 3 shards go on.*; 921 slots \(10001-10921\) have come to them since/,
      ),
    });
  });

  it('a shard of which no part has anything is copied', async () => {
    await part(1, '0-5460');
    await part(2, '5461-10921');
    expect(await look('target-empty')).toMatchObject({
      status: 'notice',
      found: expect.stringMatching(/2 of 3 shards go on.*; 5,462 slots \(10922-16383\) are copied/),
    });
  });

  it('a task of that name that copied from one server is refused by name', async () => {
    await claimCheckpoint(target.client(), 'checked', 'an earlier run', () => checkpointWith({ epoch: 0 }));
    expect(await look('target-empty')).toMatchObject({
      status: 'failure',
      found: expect.stringContaining('copied from one server before'),
    });
  });
});

it('a connection test shows all of it', async () => {
  const summary = await inspect(systemWorld, 'source', parseEndpoint(source.members.at(-1)!.server.url));
  expect(summary).toMatchObject({ cluster: true, topology: { shards: 3, uncoveredSlots: 0 } });
  expect(summary.topology!.nodes).toHaveLength(6);
  expect(summary.databases).toEqual([{ db: 0, keys: 60, expires: 30 }]);
});
