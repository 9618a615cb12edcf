/** The checkpoints of lanes on a real cluster: made, fenced, divided anew when slots have moved, and none of it by two at once. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { readCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import { checkpointKey, type Checkpoint } from '../../electron/engine/checkpoint/checkpoint.ts';
import { laneKey, laneNames } from '../../electron/engine/checkpoint/lane-index.ts';
import type { PlacedLane } from '../../electron/engine/checkpoint/lane-plan.ts';
import { guardingCluster } from '../../electron/engine/checkpoint/guarded-node.ts';
import { LaneRecords } from '../../electron/engine/checkpoint/lane-records.ts';
import {
  createLanes,
  fenceLanes,
  LANE_GONE,
  noteInLanes,
  readLanes,
  relane,
  removeLanes,
  TORN,
  type LaneGround,
  type OwnedLanes,
} from '../../electron/engine/checkpoint/lanes.ts';
import { HOME_SLOT, type SlotNodes } from '../../electron/engine/control/cluster-nodes.ts';
import { describeSlots } from '../../electron/engine/router/slot-ranges.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { startCluster, type ClusterMember, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { atNight } from '../support/nightly.ts';
import { OwnedCluster } from '../support/target/owned-cluster.ts';

const TASK = 'orders';
const REPLID = '0123456789abcdef0123456789abcdef01234567';
const START = { offset: 100, replid: REPLID };

let cluster: TestCluster;
let owned: OwnedCluster;

beforeAll(async () => {
  cluster = await startCluster({ replicas: 1 });
  owned = new OwnedCluster(cluster, TASK);
}, 60_000);
afterAll(() => cluster?.stop());

afterEach(() => owned.clear());

const look = (): ReturnType<OwnedCluster['look']> => owned.look();
const claim = (nodes: SlotNodes, owner: string): Promise<Checkpoint> => owned.claim(nodes, owner);
const begun = (): Promise<LaneGround & OwnedLanes> => owned.begin(START);
const primaries = (): ReturnType<OwnedCluster['primaries']> => owned.primaries();

const shown = (lanes: readonly PlacedLane[]): string[] =>
  lanes.map(({ lane, offset }) => `${describeSlots(lane.slots)} at ${offset}`).toSorted();

/** All keys of lanes that stand anywhere. */
async function standing(): Promise<string[]> {
  const keys = await Promise.all((await primaries()).map(({ client }) => client.keys('lockstep:*:lane:*')));
  return keys.flat().toSorted();
}

const keysOf = ({ lanes }: Checkpoint): string[] =>
  laneNames(lanes!)
    .map((name) => laneKey(TASK, name))
    .toSorted();

/** What a lane's writer does: its batch passes only as it left the lane. */
async function commit(by: OwnedLanes, { lane }: PlacedLane, offset: number): Promise<boolean> {
  const key = laneKey(TASK, { generation: by.checkpoint.lanes!.generation, tag: lane.tag });
  const [owner, epoch] = await cluster.client.hmget(key, 'owner', 'epoch');
  if (owner !== by.checkpoint.owner || epoch !== String(by.checkpoint.epoch)) return false;
  await cluster.client.hset(key, 'offset', offset);
  return true;
}

const code = (text: string): unknown => expect.objectContaining({ code: text });

describe('lanes', () => {
  it('are one a primary at first, where the checkpoint of the task says', async () => {
    const { checkpoint, lanes, nodes } = await begun();
    expect(shown(lanes)).toEqual(['0-5460 at 100', '10922-16383 at 100', '5461-10921 at 100']);
    expect(await standing()).toEqual(keysOf(checkpoint));
    expect(await readCheckpoint(await nodes.home(), TASK)).toEqual(checkpoint);
    expect(checkpoint.lanes).toMatchObject({ generation: 1, leftOvers: [] });
    expect(await readLanes({ nodes, task: TASK, checkpoint })).toEqual(lanes);
    expect(await cluster.client.hgetall(keysOf(checkpoint)[0]!)).toEqual({
      ...{ owner: 'run-1', epoch: String(checkpoint.epoch), offset: '100', replid: REPLID },
      expiry: checkpoint.expiry,
      carried: '-',
      process: expect.stringMatching(
        /^[0-9a-f]{12}@\d+\/\d+ [0-9a-f]{12} [0-9a-f]{12}(;[0-9a-f]{12} [0-9a-f]{12} [0-9a-f]{12}){2}$/,
      ),
    });
  });

  it('say where they are once they are fenced, and take no batch of an earlier epoch any more', async () => {
    const first = await begun();
    expect(await commit(first, first.lanes[1]!, 140)).toBe(true);
    const nodes = await look();
    const second = await fenceLanes({ nodes, task: TASK, checkpoint: await claim(nodes, 'run-2') });
    expect(shown(second.lanes)).toEqual(['0-5460 at 100', '10922-16383 at 100', '5461-10921 at 140']);
    expect(second.checkpoint.epoch).toBeGreaterThan(first.checkpoint.epoch);
    expect(await commit(first, first.lanes[1]!, 150)).toBe(false);
    expect(await commit(second, second.lanes[0]!, 150)).toBe(true);
    await expect(fenceLanes(first)).rejects.toThrow(code('TARGET_TAKEN_OVER'));
  });

  it('are put where a copy has come to, and gone without a trace once they are removed', async () => {
    const mine = await begun();
    const other = { offset: 500, replid: 'f'.repeat(40) };
    await noteInLanes(mine, other);
    expect(await readLanes(mine)).toEqual(mine.lanes.map(({ lane }) => ({ lane, ...other })));
    await noteInLanes(mine, { replid: REPLID });
    expect((await readLanes(mine)).map(({ offset, replid }) => [offset, replid])).toEqual(
      mine.lanes.map(() => [500, REPLID]),
    );
    const checkpoint = await removeLanes(mine);
    expect(checkpoint.lanes).toBeUndefined();
    expect(await standing()).toEqual([]);
    expect(await readCheckpoint(await mine.nodes.home(), TASK)).toEqual(checkpoint);
  });

  it('are made anew in the place of those that a task had', async () => {
    const first = await begun();
    const second = await createLanes(first, { ...START, offset: 7 });
    expect(second.checkpoint.lanes).toMatchObject({ generation: 2, leftOvers: [] });
    expect(await standing()).toEqual(keysOf(second.checkpoint));
    expect(shown(await readLanes({ ...first, ...second }))).toEqual(
      shown(first.lanes.map((one) => ({ ...one, offset: 7 }))),
    );
  });

  it('are missed when one was removed', async () => {
    const mine = await begun();
    await cluster.client.del(keysOf(mine.checkpoint)[1]!);
    await expect(readLanes(mine)).rejects.toThrow(code('CHECKPOINT_MISSING'));
    const fenced = await fenceLanes(mine);
    expect(fenced.gone).toBe(true);
    // For a hand-over others are as good: the next run copies to it anew.
    const given = await guardingCluster(mine.nodes, TASK)(fenced.checkpoint);
    expect(given.checkpoint.fault).toBe(LANE_GONE);
    expect(given.nodes).toHaveLength(3);
  });

  it('are fenced by whoever has the task, though a home that lost its last writes has lower epochs than they', async () => {
    const first = await begun();
    const later = await fenceLanes({ ...first, checkpoint: await claim(first.nodes, 'run-2') });
    await cluster.client.hset(checkpointKey(TASK), 'epoch', first.checkpoint.epoch, 'owner', 'run-1');
    const third = await fenceLanes({ ...first, checkpoint: await claim(first.nodes, 'run-3') });
    expect(third.checkpoint.epoch).toBeGreaterThan(later.checkpoint.epoch);
    expect(await commit(later, later.lanes[0]!, 200)).toBe(false);
    expect(await commit(third, third.lanes[0]!, 200)).toBe(true);
  });
});

it('a run that was deposed writes no lane over that of the next one', async () => {
  const records = new LaneRecords(await look(), TASK);
  const name = { generation: 1, tag: 'a' };
  const process = 'a node and its process';
  const expiry = 'long';
  const carried = SlotSet.parse('3-5')!;
  const [older, newer] = [
    { owner: 'run-1', epoch: 8 },
    { owner: 'run-2', epoch: 9 },
  ] as const;
  expect(await records.write(name, { ...older, ...START, process, expiry, carried })).toBe(true);
  expect(await records.write(name, { ...newer, ...START, offset: 200, process, expiry, carried })).toBe(true);
  expect(await records.write(name, { ...older, ...START, process, expiry, carried })).toBe(false);
  expect(await records.place(name, older, { offset: 300 })).toBe(false);
  expect(await records.fence(name, older)).toEqual({ kind: 'refused', epoch: 9 });
  expect(await records.read(name)).toEqual({
    ...newer,
    offset: 200,
    replid: REPLID,
    process,
    expiry,
    carried,
  });
});

it('lanes are fenced on a target without room', async () => {
  const mine = await begun();
  for (const { client } of await primaries()) await client.config('SET', 'maxmemory', '1');
  try {
    const fenced = await fenceLanes(mine);
    await noteInLanes({ ...mine, ...fenced }, { offset: 130 });
    expect((await readLanes({ ...mine, ...fenced })).map(({ offset }) => offset)).toEqual([130, 130, 130]);
  } finally {
    for (const { client } of await primaries()) await client.config('SET', 'maxmemory', '0');
  }
});

describe('slots that move', () => {
  const BACK = 16_383;

  /** One of the first, and the home of what tasks keep, to the next member each. */
  async function reshard(): Promise<void> {
    await shift(0, cluster.members[1]!.id);
    await shift(HOME_SLOT, (await next(HOME_SLOT)).id);
  }
  const next = async (slot: number): Promise<TestCluster['members'][number]> => {
    const owner = await cluster.ownerOf(slot);
    return (await primaries()).find(({ id }) => id !== owner.id)!;
  };
  const shift = async (slot: number, id: string): Promise<void> => {
    const to = cluster.members.find((member) => member.id === id)!;
    if ((await cluster.ownerOf(slot)).id !== id) await cluster.moveSlot(slot, to);
  };
  const undo = async (): Promise<void> => {
    await shift(0, cluster.members[0]!.id);
    await shift(2, cluster.members[0]!.id);
    const home = Math.floor((HOME_SLOT * 3) / (BACK + 1));
    await shift(HOME_SLOT, cluster.members[home]!.id);
  };
  afterEach(undo);

  it('take the position of their lane along, and are one with the others of their node when all are level', async () => {
    const first = await begun();
    await commit(first, first.lanes[1]!, 140);
    await reshard();
    await expect(fenceLanes(first)).rejects.toThrow(code('TARGET_SLOTS_MOVED'));
    const nodes = await look();
    const fenced = await fenceLanes({ nodes, task: TASK, checkpoint: await claim(nodes, 'run-1') });
    const apart = await relane({ ...first, nodes, checkpoint: fenced.checkpoint }, fenced.lanes);
    expect(apart.lanes.length).toBeGreaterThan(3);
    expect(await standing()).toEqual(keysOf(apart.checkpoint));
    const lanes = await readLanes({ nodes, task: TASK, checkpoint: apart.checkpoint });
    expect(lanes).toEqual(apart.lanes);
    for (const slot of [0, HOME_SLOT, 1, 6000, 16_383]) {
      const at = (all: readonly PlacedLane[]): number =>
        all.find(({ lane }) => lane.slots.some(({ first: a, last }) => a <= slot && slot <= last))!.offset;
      expect(at(lanes)).toBe(at(fenced.lanes));
    }
    for (const lane of apart.lanes) expect(await commit(apart, lane, 200)).toBe(true);
    const ground = { nodes, task: TASK, checkpoint: apart.checkpoint };
    const level = await fenceLanes(ground);
    const merged = await relane({ ...ground, checkpoint: level.checkpoint }, level.lanes);
    expect(merged.lanes.map(({ offset }) => offset)).toEqual([200, 200, 200]);
    expect(await standing()).toEqual(keysOf(merged.checkpoint));
    // Nothing to do is not done again.
    const again = await relane({ ...ground, checkpoint: merged.checkpoint }, merged.lanes);
    expect(again).toEqual(merged);
  }, 60_000);

  it('are waited for while they are under way', async () => {
    const first = await begun();
    const to = cluster.members[2]!;
    await cluster.openMove(1, to);
    try {
      const nodes = await look();
      const fenced = await fenceLanes({ ...first, nodes });
      await expect(relane({ ...first, nodes, ...fenced }, fenced.lanes)).rejects.toThrow(
        code('TARGET_SLOTS_MOVED'),
      );
    } finally {
      await cluster.closeMove(1, to);
      await cluster.moveSlot(1, cluster.members[0]!);
    }
  });

  /** Breaks off at the nth use of a node, as a process does that is killed there. */
  function breakingOff(nodes: SlotNodes, uses: number): SlotNodes {
    let left = uses;
    const use = <T>(run: () => Promise<T>): Promise<T> =>
      left-- > 0 ? run() : Promise.reject(new Error('killed'));
    return {
      topology: nodes.topology,
      onSlot: (slot) => use(() => nodes.onSlot(slot)),
      onNode: (node) => use(() => nodes.onNode(node)),
      home: () => use(() => nodes.home()),
      primaries: () => nodes.primaries(),
    };
  }

  atNight(
    'are divided as well in the second try, wherever the first was broken off, and nothing is left over',
    async () => {
      let broken = 0;
      for (let uses = 0; ; uses++) {
        for (const { client } of await primaries()) await client.flushall();
        await undo();
        const first = await begun();
        await commit(first, first.lanes[0]!, 120);
        await commit(first, first.lanes[1]!, 140);
        await shift(0, cluster.members[1]!.id);
        let nodes = await look();
        const killed = breakingOff(nodes, uses);
        const tried = fenceLanes({ nodes: killed, task: TASK, checkpoint: await claim(nodes, 'run-2') })
          .then((fenced) => relane({ nodes: killed, task: TASK, ...fenced }, fenced.lanes))
          .then(
            () => true,
            (error: Error) => {
              expect(error.message).toBe('killed');
              return false;
            },
          );
        const whole = await tried;
        // Another division than the first try began.
        await shift(0, cluster.members[0]!.id);
        await shift(2, cluster.members[2]!.id);
        nodes = await look();
        const second = await fenceLanes({ nodes, task: TASK, checkpoint: await claim(nodes, 'run-3') });
        const done = await relane({ nodes, task: TASK, checkpoint: second.checkpoint }, second.lanes);
        expect(shown(done.lanes)).toEqual([
          '0-1, 3-5460 at 120',
          '10922-16383 at 100',
          '2 at 120',
          '5461-10921 at 140',
        ]);
        expect(await readLanes({ nodes, task: TASK, checkpoint: done.checkpoint })).toEqual(done.lanes);
        expect(await standing()).toEqual(keysOf(done.checkpoint));
        expect(done.checkpoint.lanes!.leftOvers).toEqual([]);
        if (whole) break;
        broken += 1;
      }
      expect(broken).toBeGreaterThan(15);
    },
    240_000,
  );

  it('are left to another run that takes the task over in the middle', async () => {
    for (const uses of [3, 6, 9, 12]) {
      for (const { client } of await primaries()) await client.flushall();
      await undo();
      const first = await begun();
      await commit(first, first.lanes[0]!, 120);
      await shift(0, cluster.members[1]!.id);
      const nodes = await look();
      const fenced = await fenceLanes({ ...first, nodes });
      let left = uses;
      let other: OwnedLanes | undefined;
      const interrupt = async (): Promise<void> => {
        if (left-- !== 0) return;
        const theirs = await fenceLanes({ nodes, task: TASK, checkpoint: await claim(nodes, 'run-2') });
        other = await relane({ nodes, task: TASK, checkpoint: theirs.checkpoint }, theirs.lanes);
      };
      const between: SlotNodes = {
        topology: nodes.topology,
        onSlot: (slot) => interrupt().then(() => nodes.onSlot(slot)),
        onNode: (node) => nodes.onNode(node),
        home: () => interrupt().then(() => nodes.home()),
        primaries: () => nodes.primaries(),
      };
      await expect(
        relane({ nodes: between, task: TASK, checkpoint: fenced.checkpoint }, fenced.lanes),
      ).rejects.toThrow(code('TARGET_TAKEN_OVER'));
      const checkpoint = (await readCheckpoint(await nodes.home(), TASK))!;
      expect(checkpoint.owner).toBe('run-2');
      expect(await readLanes({ nodes, task: TASK, checkpoint })).toEqual(other!.lanes);
      for (const lane of other!.lanes) expect(await commit(other!, lane, 300)).toBe(true);
    }
  }, 120_000);
});

describe('a node that fails over', () => {
  const takeBack = async (was: ClusterMember): Promise<void> => {
    const replication = (): Promise<string> => was.client.info('replication');
    if ((await replication()).includes('role:master')) return;
    await eventually('the old primary follows', async () =>
      (await replication()).includes('master_link_status:up'),
    );
    await cluster.failover(was);
  };

  it('has its lane, and is used by its new primary', async () => {
    const first = await begun();
    await commit(first, first.lanes[0]!, 170);
    const was = cluster.members[0]!;
    const replica = cluster.members[3]!;
    await cluster.failover(replica);
    try {
      await expect(fenceLanes(first)).rejects.toThrow(code('TARGET_SLOTS_MOVED'));
      const nodes = await look();
      const fenced = await fenceLanes({ ...first, nodes, checkpoint: await claim(nodes, 'run-2') });
      expect(shown(fenced.lanes)).toContain('0-5460 at 170');
      const done = await relane({ ...first, nodes, ...fenced }, fenced.lanes);
      expect(done.lanes).toEqual(fenced.lanes);
    } finally {
      await takeBack(was);
    }
  }, 60_000);

  it('and has lost what this run wrote last is not divided by what was read of it', async () => {
    const first = await begun();
    const fenced = await fenceLanes(first);
    const [lane] = fenced.lanes;
    const key = laneKey(TASK, { generation: 1, tag: lane!.lane.tag });
    await cluster.moveSlot(9, cluster.members[2]!);
    try {
      // As its replica has it that did not get the last writes.
      await cluster.client.hset(key, 'epoch', first.checkpoint.epoch, 'offset', 90);
      const nodes = await look();
      await expect(relane({ ...first, nodes, ...fenced }, fenced.lanes)).rejects.toThrow(
        code('TARGET_SLOTS_MOVED'),
      );
      await expect(
        noteInLanes({ ...first, nodes, ...fenced }, { offset: 400, replid: REPLID }),
      ).rejects.toThrow(code('TARGET_SLOTS_MOVED'));
      const checkpoint = (await readCheckpoint(await nodes.home(), TASK))!;
      const again = await fenceLanes({ ...first, nodes, checkpoint });
      const done = await relane({ ...first, nodes, ...again }, again.lanes);
      expect(shown(done.lanes).filter((text) => text.endsWith('at 90'))).toHaveLength(2);
      expect(await standing()).toEqual(keysOf(done.checkpoint));
    } finally {
      await cluster.moveSlot(9, cluster.members[0]!);
    }
  }, 60_000);

  it('after a slot of it was moved away may have gone back without it, and only a new copy is exact', async () => {
    const SLOT = 6000;
    const first = await begun();
    // Not the one of the tests before: for some seconds after a failover there may be no other of the same shard.
    const was = cluster.members[1]!;
    await cluster.moveSlot(SLOT, cluster.members[2]!);
    try {
      const before = await look();
      expect((await fenceLanes({ ...first, nodes: before })).torn).toBe(false);
      await cluster.failover(cluster.members[4]!);
      const nodes = await look();
      // Nobody who is killed between the two forgets it.
      for (let round = 0; round < 2; round++) {
        const fenced = await fenceLanes({ ...first, nodes });
        expect(fenced.torn).toBe(true);
        await expect(relane({ ...first, nodes, ...fenced }, fenced.lanes)).rejects.toThrow(
          code('TARGET_SLOTS_MOVED'),
        );
      }
      // For a hand-over its lanes are as good as any: the next run copies to it anew.
      const given = await guardingCluster(nodes, TASK)((await readCheckpoint(await nodes.home(), TASK))!);
      expect(given.checkpoint.fault).toBe(TORN);
      expect(given.nodes).toHaveLength(3);
      const anew = await createLanes(
        { ...first, nodes, checkpoint: (await readCheckpoint(await nodes.home(), TASK))! },
        START,
      );
      expect((await fenceLanes({ ...first, nodes, checkpoint: anew.checkpoint })).torn).toBe(false);
    } finally {
      await takeBack(was);
      await cluster.moveSlot(SLOT, was);
    }
  }, 60_000);
});
