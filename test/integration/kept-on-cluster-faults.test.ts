/** Keys of a cluster's own under a task: what stays of them through copies, flushes, moved slots and nodes that lose what they had. */
import type { Redis } from 'ioredis';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { lostKept, mendKept, noteKept } from '../../electron/engine/checkpoint/note-kept.ts';
import { keptSlotKey } from '../../electron/engine/checkpoint/kept-slots.ts';
import { keySlot } from '../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import type { Topology } from '../../electron/engine/router/topology.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { atNight, byDay } from '../support/nightly.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { OwnedCluster } from '../support/target/owned-cluster.ts';
import { contentOf, fillOwn, type HeldValue, keptNames, keysOf } from '../support/target/own-content.ts';

let source: RedisProcess;
let cluster: TestCluster;
let from: Redis;
let run: SyncRun | undefined;

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}:${i}`);
const OWN = numbered('own', 400);
/** Some of them that hold lists, on every node. */
const LISTS = OWN.filter((_, n) => n % 8 === 1).slice(0, 20);

const begin = async (replicas = 0): Promise<void> => {
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'] }),
    startCluster({ replicas }),
  ]);
  from = source.client();
  await fillOwn(cluster.client, OWN);
};

afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await Promise.all([source?.stop(), cluster?.stop()]);
});

const nodes = (): Redis[] => cluster.members.map(({ client }) => client);
const own = (): Promise<ReadonlyMap<string, HeldValue>> => contentOf(cluster.client, OWN);

async function follow(spec: Partial<TaskSpec> = {}): Promise<SyncRun> {
  run = startRun(source.url, cluster.url, {
    existing: 'overwrite',
    until: 'stopped',
    databases: [0],
    ...spec,
  });
  await run.reached('in-step');
  return run;
}

async function applied(): Promise<void> {
  const mark = String(Math.random());
  await from.set('mark', mark);
  await poll('the mark', async () => (await cluster.client.get('mark').catch(() => null)) === mark);
}

async function stop(): Promise<void> {
  run!.session.stop('drain');
  await run!.outcome;
  run = undefined;
}

/** The cluster holds what the source does, and its own beside that. */
async function expectBoth(ours: readonly string[] = OWN): Promise<void> {
  const theirs = await keysOf([from]);
  const rest = ours.filter((key) => !theirs.includes(key));
  expect(await keysOf(await primaries())).toEqual([...theirs, ...rest].toSorted());
  const held = await contentOf(cluster.client, theirs);
  // A time may be moved by a few milliseconds.
  for (const [key, { type, value }] of await contentOf(from, theirs))
    expect(held.get(key), key).toMatchObject({ type, value });
}

async function primaries(): Promise<Redis[]> {
  const roles = await Promise.all(nodes().map((node) => node.call('ROLE')));
  return nodes().filter((_, i) => (roles[i] as unknown[])[0] === 'master');
}

const copies = (): number => run!.told.filter((text) => text.includes('full copy is complete')).length;

describe('keys of a cluster’s own', () => {
  beforeEach(() => begin());

  it('stay as they are through a stop, a repeated copy and a second run', async () => {
    const before = await own();
    await from.mset(...numbered('theirs', 300).flatMap((key) => [key, '1']));
    await follow();
    await from.rpush('own:7', 'new');
    await from.del('own:7');
    await from.set('theirs:x', 1, 'PX', 3_600_000);
    await applied();
    await stop();
    const rest = new Map([...before].filter(([key]) => key !== 'own:7'));
    const left = OWN.filter((key) => key !== 'own:7');
    expect(await contentOf(cluster.client, left)).toEqual(rest);
    // Another history of the source, which lacks some of what was copied.
    await from.del(...numbered('theirs', 30));
    await from.rpush('own:9', 'once more');
    await from.config('SET', 'repl-backlog-size', '16kb');
    await from.set('large', 'v'.repeat(100_000));
    run = startRun(source.url, cluster.url, { existing: 'overwrite', fullOnly: true, databases: [0] });
    expect((await run.outcome).fullCopies).toBe(1);
    await expectBoth(left);
    await follow({ allowShrinkPercent: 100 });
    await applied();
    await stop();
    await expectBoth(left);
    rest.delete('own:9');
    expect(await contentOf(cluster.client, [...rest.keys()])).toEqual(rest);
    expect(await keptNames(nodes())).toEqual([...rest.keys()].toSorted());
  });

  it('that others wrote after a hand-over stay as well', async () => {
    await from.mset(...numbered('theirs', 100).flatMap((key) => [key, '1']));
    await follow();
    await stop();
    await fillOwn(cluster.client, numbered('since', 50));
    await from.del('theirs:1');
    run = startRun(source.url, cluster.url, { existing: 'fail', fullOnly: true, databases: [0] });
    await expect(run.outcome).rejects.toMatchObject({ code: 'TARGET_HANDED_OVER' });
    run = startRun(source.url, cluster.url, { existing: 'overwrite', fullOnly: true, databases: [0] });
    expect((await run.outcome).reason).toBe('full-copy');
    // What cannot be told from theirs is theirs.
    await expectBoth([...OWN, ...numbered('since', 50), 'theirs:1']);
    const ids = (await Promise.all(nodes().map((node) => node.keys('lockstep:{*}:kept:*'))))
      .flat()
      .map((name) => name.split(':')[3]);
    expect(new Set(ids).size).toBe(1);
  });

  it('go with a flush that was agreed to, and keep it from being passed on otherwise', async () => {
    await from.set('theirs', 1);
    await follow();
    await applied();
    await from.flushall();
    await from.mset(...numbered('own', 20).flatMap((key) => [key, 'new']));
    await expect(run!.outcome).rejects.toMatchObject({ code: 'FLUSH_NEEDS_CONSENT' });
    expect(await keysOf(nodes())).toEqual([...OWN, 'mark', 'theirs'].toSorted());
    await follow({ onFlush: 'apply' });
    await applied();
    await expectBoth([]);
    // What is there from then on is the source's alone.
    await from.del('own:3');
    await stop();
    await from.del('own:4');
    run = startRun(source.url, cluster.url, { existing: 'overwrite', fullOnly: true, databases: [0] });
    await run.outcome;
    await expectBoth([]);
  });

  it('have libraries beside them that stay as well, as far as the source has none of the name', async () => {
    const library = (name: string, does: string): string =>
      `#!lua name=${name}\nredis.register_function('${name}_f', function() return '${does}' end)`;
    const loaded = async (): Promise<string[]> => {
      const lists = await Promise.all(
        nodes().map(async (node) => {
          const list = (await node.call('FUNCTION', 'LIST')) as unknown[][];
          return list.map((one) => String(one[1])).toSorted();
        }),
      );
      expect(new Set(lists.map(String)).size).toBe(1);
      return lists[0]!;
    };
    const result = (name: string): Promise<unknown[]> =>
      Promise.all(nodes().map((node) => node.call('FCALL', `${name}_f`, '0')));
    for (const node of nodes())
      for (const name of ['mine', 'both', 'later']) await node.call('FUNCTION', 'LOAD', library(name, 'old'));
    await from.call('FUNCTION', 'LOAD', library('both', 'new'));
    await follow();
    expect([await loaded(), await result('both')]).toEqual([
      ['both', 'later', 'mine'],
      ['new', 'new', 'new'],
    ]);
    await from.call('FUNCTION', 'LOAD', library('later', 'new'));
    await applied();
    expect(await result('later')).toEqual(['new', 'new', 'new']);
    await from.call('FUNCTION', 'DELETE', 'both');
    await applied();
    await stop();
    await from.call('FUNCTION', 'DELETE', 'later');
    run = startRun(source.url, cluster.url, { existing: 'overwrite', fullOnly: true, databases: [0] });
    await run.outcome;
    expect([await loaded(), await result('mine')]).toEqual([['mine'], ['old', 'old', 'old']]);
  });

  it('stay through slots that are moved while the stream flows, and give way there as well', async () => {
    const before = await own();
    await follow();
    let going = true;
    const writing = (async () => {
      for (let n = 0; going; n++)
        await from
          .pipeline()
          .incr(`n:${n % 50}`)
          .rpush(`l:${n % 50}`, n)
          .exec();
    })();
    for (const key of OWN.slice(0, 6)) {
      const slot = keySlot(Buffer.from(key));
      const owner = await cluster.ownerOf(slot);
      await cluster.moveSlot(
        slot,
        cluster.members.find(({ id }) => id !== owner.id)!,
      );
    }
    await cluster.settled();
    await from.mset('own:0', 'new', 'own:1', 'new');
    await from.rpush('own:2', 'new');
    going = false;
    await writing;
    await applied();
    await stop();
    await expectBoth();
    const rest = OWN.slice(3);
    expect(await contentOf(cluster.client, rest)).toEqual(
      new Map([...before].filter(([key]) => rest.includes(key))),
    );
    expect(await keptNames(nodes())).toEqual(rest.toSorted());
  });

  it('are not noted while a slot is under way, and count for nothing where one was', async () => {
    const before = await own();
    const slot = keySlot(Buffer.from(OWN[0]!));
    const owner = await cluster.ownerOf(slot);
    const to = cluster.members.find(({ id }) => id !== owner.id)!;
    await cluster.openMove(slot, to);
    await cluster.carry(slot, to);
    run = startRun(source.url, cluster.url, { existing: 'overwrite', databases: [0] });
    await expect(run.outcome).rejects.toMatchObject({ code: 'TARGET_SLOTS_MOVED' });
    await cluster.closeMove(slot, to);
    await cluster.settled();
    const owned = new OwnedCluster(cluster, 'test');
    const found = await owned.look();
    const lookAgain = async (): Promise<Topology> => {
      await cluster.moveSlot(slot, owner);
      await cluster.settled();
      return (await owned.look()).topology;
    };
    const noting = noteKept({ nodes: found, task: 'test', lookAgain }, '0123abcd');
    await expect(noting).rejects.toMatchObject({ code: 'TARGET_SLOTS_MOVED' });
    const slots = SlotSet.of([{ first: slot, last: slot }]);
    const lost = await lostKept(await owned.look(), 'test', { id: '0123abcd', slots });
    expect(lost.size).toBe(1);
    await follow();
    await applied();
    await stop();
    expect(await own()).toEqual(before);
    expect(await keptNames(nodes())).toEqual(OWN.toSorted());
    owned.close();
  });

  it('noted anew stand beside those that another run goes by', async () => {
    const owned = new OwnedCluster(cluster, 'test');
    const found = await owned.look();
    const ground = { nodes: found, task: 'test', lookAgain: async () => (await owned.look()).topology };
    const former = { id: '0123abcd', slots: await noteKept(ground, '0123abcd') };
    const gone = keySlot(Buffer.from(OWN[0]!));
    await cluster.client.del(keptSlotKey('test', former.id, gone));
    const setsOf = async (id: string): Promise<string[]> =>
      (await Promise.all(nodes().map((node) => node.keys(`lockstep:{*}:kept:${id}:test`)))).flat();
    await cluster.client.set(`{${OWN[0]}}of the task`, 'v');
    const { keptSlots, lost } = await mendKept(ground, former, undefined);
    expect(lost.list()).toEqual([gone]);
    expect(keptSlots.slots.equals(former.slots)).toBe(true);
    expect(await lostKept(found, 'test', keptSlots)).toMatchObject({ size: 0 });
    expect(await setsOf(former.id)).toHaveLength(former.slots.size - 1);
    expect(await setsOf(keptSlots.id)).toHaveLength(former.slots.size);
    const other = former.slots.list().find((slot) => slot !== gone)!;
    const [before, after] = await Promise.all(
      [former.id, keptSlots.id].map((id) => cluster.client.smembers(keptSlotKey('test', id, other))),
    );
    expect(after!.toSorted()).toEqual(before!.toSorted());
    owned.close();
  });

  it('leave nothing behind where the source never answers', async () => {
    const names = async (): Promise<string[]> =>
      (await Promise.all(nodes().map((node) => node.keys('lockstep:*')))).flat();
    await from.call('ACL', 'SETUSER', 'default', '-psync', '-sync');
    run = startRun(source.url, cluster.url, { existing: 'overwrite', databases: [0], retryForMs: 300 });
    await expect(run.outcome).rejects.toMatchObject({ code: expect.stringMatching(/PERMISSION|PSYNC/) });
    expect(await names()).toEqual([]);
    expect(await keysOf(nodes())).toEqual(OWN.toSorted());
  });

  it.each(byDay(1, [2, 0]))(
    'stay where node %i comes back with a save from before they were noted',
    async (number) => {
      const before = await own();
      await from.mset(...numbered('theirs', 300).flatMap((key) => [key, '1']));
      const member = cluster.members[number]!;
      await member.client.save();
      await follow();
      await from.del(...numbered('theirs', 50));
      await applied();
      await back(member);
      await poll('it was copied to', () => copies() === 2);
      await poll('in step again', () => run!.phases.at(-1) === 'in-step');
      for (const key of LISTS) await from.rpush(key, 'new');
      await applied();
      await stop();
      const rest = OWN.filter((key) => !LISTS.includes(key));
      expect(await contentOf(cluster.client, rest)).toEqual(
        new Map([...before].filter(([key]) => rest.includes(key))),
      );
      await expectBoth();
    },
  );

  it('are all that stands in a slot of which the names are gone', async () => {
    const before = await own();
    await from.mset(...numbered('{own:1}', 20).flatMap((key) => [key, '1']));
    await follow();
    const { client } = await cluster.ownerOf(keySlot(Buffer.from('own:1')));
    const sets = await client.keys('lockstep:{*}:kept:*');
    const slots = await Promise.all(sets.map((set) => client.call('CLUSTER', 'KEYSLOT', set)));
    await client.del(sets[slots.indexOf(keySlot(Buffer.from('own:1')))]!);
    await client.call('CLIENT', 'KILL', 'TYPE', 'normal').catch(() => undefined);
    await poll('it was copied to', () => copies() === 2);
    await poll('in step again', () => run!.phases.at(-1) === 'in-step');
    await from.rpush('own:1', 'new');
    await from.del('{own:1}:3');
    await applied();
    expect(run!.told.join('\n')).toMatch(
      /new full copy is needed: a node of the target no longer has the names/,
    );
    expect(run!.told.join('\n')).toMatch(/all that stands in 1 of its slots stays/);
    await stop();
    await expectBoth();
    const rest = OWN.filter((key) => key !== 'own:1');
    expect(await contentOf(cluster.client, rest)).toEqual(
      new Map([...before].filter(([key]) => rest.includes(key))),
    );
  });

  atNight('stay where the node that has account of the task comes back as it was before it', async () => {
    const before = await own();
    await from.mset(...numbered('theirs', 300).flatMap((key) => [key, '1']));
    const member = await cluster.ownerOf(keySlot(Buffer.from('{tasks}')));
    await member.client.save();
    await follow();
    await from.rpush('own:5', 'new');
    await applied();
    await back(member);
    await expect(run!.outcome).rejects.toMatchObject({ code: 'CHECKPOINT_MISSING' });
    // Nobody can tell any more whose what stands there is, so all of it stays.
    await from.del('theirs:1');
    await follow();
    await applied();
    await stop();
    const rest = OWN.filter((key) => key !== 'own:5');
    expect(await contentOf(cluster.client, rest)).toEqual(
      new Map([...before].filter(([key]) => rest.includes(key))),
    );
    await expectBoth([...OWN, 'theirs:1']);
  });
});

/** As it was when it was saved last. */
async function back({ server }: ClusterMember): Promise<void> {
  await server.kill();
  await server.restart();
  await cluster.settled();
}

describe('keys of the own of a cluster with replicas', () => {
  beforeEach(() => begin(1));

  it('stay through failovers', async () => {
    const before = await own();
    await follow();
    for (const number of [3, 4, 5]) {
      await from.set(`before:${number}`, 1);
      await cluster.failover(cluster.members[number]!);
      await from.rpush(`own:${number}`, 'new');
      await applied();
    }
    await stop();
    await expectBoth();
    const rest = OWN.filter((key) => !['own:3', 'own:4', 'own:5'].includes(key));
    expect(await contentOf(cluster.client, rest)).toEqual(
      new Map([...before].filter(([key]) => rest.includes(key))),
    );
  });
});
