/** What is done on a target is done on each primary of a cluster, as long as the task is this run's there. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { buildKey, checkpointKey, type Checkpoint } from '../../electron/engine/checkpoint/checkpoint.ts';
import { readCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import {
  guardedNodes,
  guardingCluster,
  type Guarded,
} from '../../electron/engine/checkpoint/guarded-node.ts';
import { laneSlot } from '../../electron/engine/checkpoint/lane-index.ts';
import { fenceLanes } from '../../electron/engine/checkpoint/lanes.ts';
import { holdsKeys, standingKeys } from '../../electron/engine/checkpoint/ownership.ts';
import { DatabaseChoice } from '../../electron/engine/commands/database-choice.ts';
import type { ClusterNodes } from '../../electron/engine/control/cluster-nodes.ts';
import { readEvictions } from '../../electron/engine/control/evictions.ts';
import { libraryNames } from '../../electron/engine/control/function-libraries.ts';
import {
  noteOf,
  readWriteMark,
  writesSince,
  type WriteMark,
} from '../../electron/engine/control/write-mark.ts';
import { straightenCarried } from '../../electron/engine/expiry/carried-times.ts';
import { walkExpiry, type WalkResult } from '../../electron/engine/expiry/expiry-walk.ts';
import { readExpiries } from '../../electron/engine/expiry/walk-commands.ts';
import { holdExpiry } from '../../electron/engine/expiry/hold-expiry.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { SpoolFolder } from '../../electron/engine/log/spool-folder.ts';
import { countKeys } from '../../electron/engine/metrics/key-counts.ts';
import { handOver } from '../../electron/engine/target/hand-over.ts';
import { writesSinceHandOver } from '../../electron/engine/target/handed-over.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { connectionName, endTaskConnections } from '../../electron/engine/writer/end-connection.ts';
import { LeftOvers, type Removal } from '../../electron/engine/writer/sweep/left-overs.ts';
import { boundOf, GRID_MS, timeWith, type Bound } from '../../shared/model/lateness.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { AMOUNTS } from '../support/lateness.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli } from '../support/run-cli.ts';
import { OwnedCluster } from '../support/target/owned-cluster.ts';

const TASK = 'orders';
const START = { offset: 100, replid: '0123456789abcdef0123456789abcdef01234567' };
const ALL = new DatabaseChoice(undefined);
const { clock } = systemWorld;

let cluster: TestCluster;
let source: RedisProcess;
let owned: OwnedCluster;
let nodes: ClusterNodes;
let guarded: Guarded;

beforeAll(async () => {
  [cluster, source] = await Promise.all([startCluster(), startRedis()]);
  owned = new OwnedCluster(cluster, TASK);
}, 60_000);
afterAll(() => Promise.all([cluster?.stop(), source?.stop()]));

beforeEach(async () => {
  const begun = await owned.begin(START, 'run-1', { amounts: AMOUNTS, sourceAtMs: Date.now() });
  nodes = await owned.look();
  const { checkpoint } = begun;
  guarded = {
    checkpoint,
    nodes: await guardedNodes(nodes, TASK, checkpoint),
    madeExact: () => Promise.resolve(checkpoint),
  };
});
afterEach(() => owned.clear());

const KEYS = Array.from({ length: 300 }, (_, i) => `k${i}`);
const code = (text: string): unknown => expect.objectContaining({ code: text });

/** Another run has the task, as far as this member knows. */
async function depose({ client }: ClusterMember, epoch: number): Promise<void> {
  for (const key of await client.keys('lockstep:*:lane:*')) await client.hset(key, 'epoch', epoch);
}

/** Those of the keys that lie on a member. */
const heldBy = async ({ client }: ClusterMember): Promise<string[]> =>
  (await client.keys('*')).filter((key) => !key.startsWith('lockstep:'));

describe('what stands on a cluster', () => {
  it('is none where only keys of the tool are, and is found on whichever node it lies', async () => {
    expect(await standingKeys(await nodes.primaries(), ALL, undefined)).toEqual(new Map());
    expect(await holdsKeys(await nodes.primaries(), ALL, undefined)).toBe(false);
    await cluster.client.set('{k2}', 'v');
    expect(await holdsKeys(await nodes.primaries(), ALL, undefined)).toBe(true);
    const slots = SlotSet.where((slot) => slot === keySlot(Buffer.from('k2')));
    expect(await holdsKeys(await nodes.primaries(), ALL, slots)).toBe(true);
    const others = SlotSet.where((slot) => !slots.has(slot));
    expect(await holdsKeys(await nodes.primaries(), ALL, others)).toBe(false);
    for (const key of KEYS) await cluster.client.set(key, 'v');
    expect(await standingKeys(await nodes.primaries(), ALL, undefined)).toEqual(
      new Map([[0, KEYS.length + 1]]),
    );
    expect(await standingKeys(await nodes.primaries(), ALL, slots)).toEqual(new Map([[0, 2]]));
    expect(await standingKeys(await nodes.primaries(), ALL, others)).toEqual(new Map([[0, KEYS.length - 1]]));
  });

  it('is counted beside what the source has', async () => {
    const a = source.client();
    await a.mset(Object.fromEntries(KEYS.map((key) => [key, 'v'])));
    for (const key of KEYS.slice(0, 100)) await cluster.client.set(key, 'v', 'PX', 100_000);
    // The index, the checkpoint, and three lanes.
    expect(await countKeys(a, await nodes.primaries(), ALL, 5)).toEqual([
      { db: 0, sourceKeys: KEYS.length, sourceExpires: 0, targetKeys: 100, targetExpires: 100 },
    ]);
  });

  it('has the function libraries of all nodes', async () => {
    const library = (name: string): string =>
      `#!lua name=${name}\nredis.register_function('${name}', function() return 1 end)`;
    await cluster.members[0]!.client.function('LOAD', library('b'));
    await cluster.members[2]!.client.function('LOAD', library('a'));
    await cluster.members[2]!.client.function('LOAD', library('b'));
    try {
      expect(await libraryNames(await nodes.primaries())).toEqual(['a', 'b']);
    } finally {
      for (const { client } of cluster.members) await client.function('FLUSH');
    }
  });

  it('is evicted by each node for itself', async () => {
    const before = await readEvictions(await nodes.primaries());
    expect(before.counters.size).toBe(3);
    expect(before.policy).toBe('noeviction');
    const { client } = cluster.members[1]!;
    for (const key of KEYS) await cluster.client.set(key, 'v'.repeat(1000));
    await client.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const used = Number(/used_memory:(\d+)/.exec(await client.info('memory'))![1]);
    await client.config('SET', 'maxmemory', String(used - 50_000));
    try {
      const [key] = await heldBy(cluster.members[1]!);
      await client.set(key!, 'v');
      const after = await readEvictions(await nodes.primaries());
      expect(after.policy).toBe('allkeys-lru');
      const changed = [...after.counters].filter(([runId, keys]) => before.counters.get(runId) !== keys);
      expect(changed).toHaveLength(1);
    } finally {
      await client.config('SET', 'maxmemory', '0');
      await client.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });
});

it('slots that are moved are no writes of others', async () => {
  const marks = async (): Promise<(WriteMark | undefined)[]> =>
    Promise.all((await nodes.primaries()).map((redis) => readWriteMark(redis)));
  const slot = Number(await cluster.members[0]!.client.call('CLUSTER', 'KEYSLOT', 'k'));
  for (let n = 0; n < 20; n++) await cluster.client.set(`{k}${n}`, 'v');
  const note = noteOf(await marks(), 0);
  const owner = await cluster.ownerOf(slot);
  try {
    await cluster.moveSlot(
      slot,
      cluster.members.find(({ id }) => id !== owner.id)!,
    );
    expect(writesSince(note, await marks())).toBe('none');
    await cluster.client.set('{k}1', 'w');
    expect(writesSince(note, await marks())).toBe('some');
  } finally {
    await cluster.moveSlot(slot, owner);
  }
});

it('connections of the task are ended on every node, and no others', async () => {
  const named = (member: ClusterMember, name: string): Promise<Redis> => {
    const client = member.server.client();
    return client.call('CLIENT', 'SETNAME', name).then(() => client);
  };
  const own = await Promise.all(cluster.members.map((member) => named(member, connectionName(TASK))));
  const others = await Promise.all(cluster.members.map((member) => named(member, connectionName('other'))));
  const asking = await owned.look();
  await endTaskConnections(clock, await asking.primaries(), TASK);
  await eventually('they are gone', () => own.every(({ status }) => status !== 'ready'));
  expect(others.map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
  expect((await asking.primaries()).map(({ status }) => status)).toEqual(['ready', 'ready', 'ready']);
  for (const client of [...own, ...others]) client.disconnect();
});

describe('expiry', () => {
  // What is late lies on this grid.
  const dueMs = Math.ceil((Date.now() + 100_000) / GRID_MS) * GRID_MS;
  const walk = (bound: Bound, checkpoint: Checkpoint = guarded.checkpoint): Promise<WalkResult> =>
    walkExpiry({
      ...{ clock, nodes: guarded.nodes, task: TASK, checkpoint, databases: ALL, scripts: true, bound },
    });
  const boundsOf = async (keys: readonly string[]): Promise<string[]> => {
    const times = await Promise.all(keys.map((key) => cluster.client.call('PEXPIRETIME', key)));
    return [...new Set(times.map((at) => boundOf(Number(at))))];
  };
  beforeEach(async () => {
    for (const key of KEYS) await cluster.client.call('SET', key, 'v', 'PXAT', dueMs);
    await cluster.client.set('lasting', 'v');
  });

  it('is brought to a bound on every node, and back to the millisecond', async () => {
    expect(await walk('long')).toMatchObject({ keys: KEYS.length, whole: true, earliestExpiryMs: dueMs });
    expect(await boundsOf(KEYS)).toEqual(['long']);
    expect((await walk('exact')).keys).toBe(KEYS.length);
    expect(await cluster.client.call('PEXPIRETIME', 'k7')).toBe(dueMs);
    expect(await cluster.client.call('PEXPIRETIME', 'lasting')).toBe(-1);
  });

  it('is left alone on a node whose lane is another run’s', async () => {
    const theirs = cluster.members[1]!;
    await depose(theirs, guarded.checkpoint.epoch + 1);
    await expect(walk('long')).rejects.toThrow(code('TARGET_TAKEN_OVER'));
    const held = await heldBy(theirs);
    expect(await boundsOf(held.filter((key) => key !== 'lasting'))).toEqual(['exact']);
  });

  it('waits for the lanes to be fenced anew on a node that went back to before this run', async () => {
    await depose(cluster.members[1]!, guarded.checkpoint.epoch - 1);
    await expect(walk('long')).rejects.toThrow(code('TARGET_SLOTS_MOVED'));
  });

  it('waits for the lanes to be divided anew where the slot of one has gone to another node', async () => {
    const [lane] = guarded.checkpoint.lanes!.lanes;
    const slot = laneSlot(lane!);
    await cluster.moveSlot(slot, cluster.members[2]!);
    try {
      const found = await owned.look();
      const { checkpoint } = await fenceLanes({ nodes: found, task: TASK, checkpoint: guarded.checkpoint });
      await expect(guardedNodes(found, TASK, checkpoint)).rejects.toThrow(code('TARGET_SLOTS_MOVED'));
      guarded = await guardingCluster(found, TASK)(checkpoint);
      expect((await walk('long')).keys).toBe(KEYS.length);
    } finally {
      await cluster.moveSlot(slot, cluster.members[0]!);
    }
  });

  it('is held and handed over on every node, under an epoch of its own', async () => {
    const redis = await nodes.home();
    const held = await holdExpiry({
      ...{ clock, redis, ...guarded, task: TASK, databases: ALL, scripts: true, smallMs: AMOUNTS.smallMs },
      ...{ retryForMs: 1000, certain: true, imported: undefined, looked: false },
    });
    expect(held.expiry).toBe('long');
    expect(await boundsOf(KEYS)).toEqual(['long']);
    const guarding = guardingCluster(nodes, TASK);
    const keys = await handOver({
      ...{ clock, redis, others: [], guarding, task: TASK, checkpoint: held, databases: ALL, scripts: true },
    });
    expect(keys).toBe(KEYS.length);
    expect(await boundsOf(KEYS)).toEqual(['exact']);
    const after = (await readCheckpoint(redis, TASK))!;
    expect(after).toMatchObject({ active: false, expiry: 'exact', earliestExpiryMs: dueMs });
    await expect(walk('long')).rejects.toThrow(code('TARGET_TAKEN_OVER'));
  });

  it('that was carried by its nodes is straightened in the slots of a part alone', async () => {
    const slots = SlotSet.where((slot) => slot % 2 === 0);
    const [own, theirs] = [true, false].map((has) =>
      KEYS.find((key) => slots.hasKey(Buffer.from(key)) === has)!,
    );
    const a = source.client();
    for (const key of [own!, theirs!]) {
      await a.call('SET', key, 'v', 'PXAT', dueMs);
      // Late by the long bound, and a millisecond beside its mark.
      await cluster.client.pexpireat(key, timeWith('long', dueMs, AMOUNTS) + 1);
    }
    expect(await straightenCarried(guarded.nodes, a, TASK, { ...guarded.checkpoint, slots }, ALL)).toBe(1);
    expect(await boundsOf([own!])).toEqual(['exact']);
    expect(await cluster.client.call('PEXPIRETIME', own!)).toBe(dueMs);
    expect(await cluster.client.call('PEXPIRETIME', theirs!)).toBe(timeWith('long', dueMs, AMOUNTS) + 1);
  });

  it('is counted of all nodes, in whatever order they come to an end', async () => {
    const a = source.client();
    const due = timeWith('long', dueMs, AMOUNTS) + 1;
    const [sooner, later] = guarded.nodes;
    const [key] = await heldBy(cluster.members[0]!);
    await a.call('SET', key!, 'v', 'PXAT', dueMs);
    await cluster.client.pexpireat(key!, due);
    // The other node has nothing to change, and is asked before the first has changed anything, but answers after it.
    const changed = async (): Promise<boolean> =>
      Number(await cluster.client.call('PEXPIRETIME', key!)) !== due;
    const redis = new Proxy(later!.redis, {
      get: (client, name) => {
        const member: unknown = Reflect.get(client, name);
        if (typeof member !== 'function') return member;
        if (name !== 'pipeline') return member.bind(client) as unknown;
        return () => {
          const pipeline = client.pipeline();
          const exec = pipeline.exec.bind(pipeline);
          pipeline.exec = async () => {
            await eventually('the first node is done', changed);
            return exec();
          };
          return pipeline;
        };
      },
    });
    expect(await straightenCarried([sooner!, { ...later!, redis }], a, TASK, guarded.checkpoint, ALL)).toBe(
      1,
    );
  });

  it('of a key that a shard of the source has no more is not known there', async () => {
    const [first, second] = cluster.members;
    const [there] = await heldBy(first!);
    const [elsewhere] = await heldBy(second!);
    const asked = [there!, elsewhere!].map((key) => Buffer.from(key));
    const { client } = first!;
    await client.pexpireat(there!, dueMs);
    expect(await readExpiries(client, asked, 'none')).toEqual([dueMs, -2]);
    await expect(readExpiries(client, asked)).rejects.toThrow('MOVED');
  });

  it('is made exact by a release, which leaves the task to nobody', async () => {
    await walk('long');
    await cluster.client.hset(checkpointKey(TASK), 'expiry', 'long');
    const released = await runCli(['release', '--target', cluster.members[2]!.server.url]);
    expect(released.stderr).toBe('');
    expect(released.stdout).toContain(`${KEYS.length} keys`);
    expect(await boundsOf(KEYS)).toEqual(['exact']);
    expect(await cluster.client.hmget(checkpointKey(TASK), 'expiry', 'active')).toEqual(['exact', '0']);
    // What others write from here on, to whichever node, a later run knows.
    const servers = await Promise.all([nodes.home(), nodes.primaries()]);
    const [home, others] = [servers[0], servers[1].filter((node) => node !== servers[0])];
    const present = (await readCheckpoint(home, TASK))!;
    expect(await writesSinceHandOver([home, ...others], present)).toBe('none');
    await others[1]!.set((await others[1]!.randomkey())!, 'of somebody else');
    expect(await writesSinceHandOver([home, ...others], present)).toBe('some');
    await expect(fenceLanes({ nodes, task: TASK, checkpoint: guarded.checkpoint })).rejects.toThrow(
      code('TARGET_TAKEN_OVER'),
    );
  });

  it('is made exact by a release of a task that has no lanes yet as well', async () => {
    await walk('long');
    await cluster.client.hset(checkpointKey(TASK), 'expiry', 'long', 'lanes', '');
    expect((await runCli(['release', '--target', cluster.url])).stdout).toContain(`${KEYS.length} keys`);
    expect(await boundsOf(KEYS)).toEqual(['exact']);
  });
});

describe('a repeated copy', () => {
  let parent: string;
  let leftOvers: LeftOvers;
  const begin = (slots: SlotSet | undefined): LeftOvers =>
    new LeftOvers({
      ...{ clock, task: TASK, databases: ALL, slots, folder: new SpoolFolder(parent, 10_000_000) },
    });
  beforeEach(() => {
    parent = mkdtempSync(path.join(tmpdir(), 'lockstep-names-'));
    leftOvers = begin(undefined);
  });
  afterEach(() => {
    leftOvers.close();
    rmSync(parent, { recursive: true, force: true });
  });

  const gone = KEYS.filter((_, i) => i % 3 === 0);
  const removal = (onRemoved: Removal['onRemoved'] = () => {}): Removal => ({
    ...guarded,
    lazyFree: true,
    mayGoOn: async () => {},
    onRemoved,
  });
  async function look(): Promise<void> {
    for (const key of KEYS) await cluster.client.set(key, 'v');
    for (const key of KEYS) {
      const name = Buffer.from(key);
      if (!gone.includes(key)) leftOvers.note(0, name, 0, name.length);
    }
    expect(await leftOvers.look(await nodes.primaries(), undefined)).toEqual({
      ...{ snapshotKeys: KEYS.length - gone.length, targetKeys: KEYS.length, goneKeys: gone.length },
    });
  }
  const left = async (): Promise<string[]> =>
    (await Promise.all(cluster.members.map(heldBy))).flat().toSorted();

  it('removes on every node what the snapshot does not have, and what it was building', async () => {
    await look();
    const building = ['lockstep:{a}:building:orders', buildKey(TASK)];
    const theirs = ['lockstep:{a}:building:other', 'lockstep:{b}:crossing:1'];
    for (const key of [...building, ...theirs]) await cluster.client.rpush(key, 'v');
    let removed = 0;
    await leftOvers.remove(removal((keys) => (removed += keys)));
    expect(removed).toBe(gone.length);
    expect(await left()).toEqual(KEYS.filter((key) => !gone.includes(key)).toSorted());
    const there = async (key: string): Promise<number> => cluster.client.exists(key);
    expect(await Promise.all(building.map(there))).toEqual([0, 0]);
    expect(await Promise.all(theirs.map(there))).toEqual([1, 1]);
  });

  it('counts and removes keys of its own slots alone', async () => {
    const slots = SlotSet.of([{ first: 3000, last: 12_000 }]);
    leftOvers = begin(slots);
    for (const key of KEYS) await cluster.client.set(key, 'v');
    const own = KEYS.filter((key) => slots.hasKey(Buffer.from(key)));
    expect(own.length).toBeGreaterThan(100);
    expect(await leftOvers.look(await nodes.primaries(), undefined)).toEqual({
      ...{ snapshotKeys: 0, targetKeys: own.length, goneKeys: own.length },
    });
    let removed = 0;
    await leftOvers.remove(removal((keys) => (removed += keys)));
    expect(removed).toBe(own.length);
    expect(await left()).toEqual(KEYS.filter((key) => !own.includes(key)).toSorted());
  });

  it('removes nothing on a node whose lane is another run’s', async () => {
    await look();
    const before = await heldBy(cluster.members[2]!);
    await depose(cluster.members[2]!, guarded.checkpoint.epoch + 1);
    await expect(leftOvers.remove(removal())).rejects.toThrow(code('TARGET_TAKEN_OVER'));
    expect((await heldBy(cluster.members[2]!)).toSorted()).toEqual(before.toSorted());
  });
});
