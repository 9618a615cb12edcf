/** The lanes of a part of a task on a real cluster: they have its slots alone, and lose those that went, whenever it is broken off. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { amendCheckpoint, claimCheckpoint, readCheckpoint } from '../../electron/engine/checkpoint/claim.ts';
import type { Checkpoint } from '../../electron/engine/checkpoint/checkpoint.ts';
import { guardedNodes, guardingCluster } from '../../electron/engine/checkpoint/guarded-node.ts';
import { laneKey, laneNames, laneSlot } from '../../electron/engine/checkpoint/lane-index.ts';
import type { PlacedLane } from '../../electron/engine/checkpoint/lane-plan.ts';
import {
  fenceLanes,
  readLanes,
  relane,
  type LaneGround,
  type OwnedLanes,
} from '../../electron/engine/checkpoint/lanes.ts';
import { readParts } from '../../electron/engine/checkpoint/read-parts.ts';
import { removePart } from '../../electron/engine/checkpoint/remove-part.ts';
import { partName } from '../../electron/engine/checkpoint/task-parts.ts';
import type { SlotNodes } from '../../electron/engine/control/cluster-nodes.ts';
import { describeSlots } from '../../electron/engine/router/slot-ranges.ts';
import { SlotSet } from '../../electron/engine/router/slot-set.ts';
import { letGo } from '../../electron/engine/target/let-go.ts';
import { homeFirst } from '../../electron/engine/target/target-cluster.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { connectionName } from '../../electron/engine/writer/end-connection.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { OwnedCluster } from '../support/target/owned-cluster.ts';

const NAME = partName({ task: 'orders', number: 2 });
const START = { offset: 100, replid: '0123456789abcdef0123456789abcdef01234567' };
const of = (text: string): SlotSet => SlotSet.parse(text)!;

let cluster: TestCluster;
let owned: OwnedCluster;
let other: OwnedCluster;

beforeAll(async () => {
  cluster = await startCluster();
  owned = new OwnedCluster(cluster, NAME);
  other = new OwnedCluster(cluster, partName({ task: 'orders', number: 10 }));
}, 60_000);
afterAll(() => cluster?.stop());
afterEach(async () => {
  await other.clear();
  await owned.clear();
});

const shown = (lanes: readonly PlacedLane[]): string[] =>
  lanes.map(({ lane, offset }) => `${describeSlots(lane.slots)} at ${offset}`).toSorted();

const begun = (slots: SlotSet): Promise<LaneGround & OwnedLanes> => owned.begin(START, 'run-1', { slots });

/** All keys of lanes of this part that stand anywhere. */
async function standing(): Promise<string[]> {
  const keys = await Promise.all(
    cluster.members.map(({ client }) => client.keys(`lockstep:*:lane:*:${NAME}`)),
  );
  return keys.flat().toSorted();
}

const keysOf = ({ lanes }: Checkpoint): string[] =>
  laneNames(lanes!)
    .map((name) => laneKey(NAME, name))
    .toSorted();

/** What a lane's writer does: its batch passes only as it left the lane. */
async function commit(by: OwnedLanes, { lane }: PlacedLane, offset: number): Promise<boolean> {
  const key = laneKey(NAME, { generation: by.checkpoint.lanes!.generation, tag: lane.tag });
  const [owner, epoch] = await cluster.client.hmget(key, 'owner', 'epoch');
  if (owner !== by.checkpoint.owner || epoch !== String(by.checkpoint.epoch)) return false;
  await cluster.client.hset(key, 'offset', offset);
  return true;
}

/** As a run begins whose part has lost slots: the claim says so, and the lanes do not yet. */
async function narrowed(nodes: SlotNodes, slots: SlotSet, owner = 'run-2'): Promise<LaneGround> {
  const checkpoint = await claimCheckpoint(
    await nodes.home(),
    NAME,
    owner,
    (present) => ({ ...present!, slots: present!.slots!.and(slots) }),
    'allow',
  );
  return { nodes, task: NAME, checkpoint };
}

describe('the lanes of a part', () => {
  it('have its slots alone, on the nodes that have any of them', async () => {
    const { checkpoint, lanes, nodes } = await begun(of('0-99,5461-5470'));
    expect(shown(lanes)).toEqual(['0-99 at 100', '5461-5470 at 100']);
    expect(await standing()).toEqual(keysOf(checkpoint));
    expect(await readCheckpoint(await nodes.home(), NAME)).toEqual(checkpoint);
    const guarded = await guardedNodes(nodes, NAME, checkpoint);
    expect(guarded.map(({ redis }) => redis.options.port)).toEqual(
      cluster.members.slice(0, 2).map(({ server }) => server.port),
    );
  });

  it('are none of those of another part, whose slots lie on the same node', async () => {
    const mine = await begun(of('0-99'));
    const theirs = await other.begin({ ...START, offset: 700 }, 'run-1', {
      slots: of('100-5460'),
      active: false,
    });
    expect(shown(await readLanes(mine))).toEqual(['0-99 at 100']);
    expect(shown(await readLanes({ ...theirs, task: other.task }))).toEqual(['100-5460 at 700']);
    const parts = await readParts(await mine.nodes.home(), 'orders');
    expect(parts.map(({ name, checkpoint }) => [name, String(checkpoint.slots)])).toEqual([
      [NAME, '0-99'],
      [other.task, '100-5460'],
    ]);
  });

  it('are removed with a part that has lost all of its slots', async () => {
    await other.begin(START, 'run-1', { slots: of('0-99'), active: false });
    const standingOfOther = await dump();
    const { nodes, checkpoint } = await begun(of('100-5499'));
    const home = await nodes.home();
    const empty = await amendCheckpoint(home, NAME, checkpoint, (now) => ({ ...now, slots: of('-') }));
    await removePart({ redis: home, nodes, name: NAME, checkpoint: empty });
    expect(await dump()).toEqual(standingOfOther);
    await removePart({ redis: home, nodes, name: NAME, checkpoint: empty });
  });
});

/** All that stands on the cluster. */
const dump = (): Promise<unknown> =>
  Promise.all(
    cluster.members.map(async ({ client }) => {
      const keys = (await client.keys('*')).toSorted();
      return Promise.all(keys.map(async (key) => [key, await client.hgetall(key)]));
    }),
  );

describe('slots that come to a part', () => {
  it('are in its lanes at one place with the others, also where an earlier run that was to bring them has left lanes', async () => {
    const first = await begun(of('0-99'));
    const come = of('100-120,5461-5470');
    const one = await relane(first, first.lanes, { ...START, slots: come });
    expect(shown(one.lanes)).toEqual(['0-120 at 100', '5461-5470 at 100']);
    for (const [i, lane] of one.lanes.entries()) await commit(one, lane, 150 + 20 * i);
    const ground = { ...first, checkpoint: one.checkpoint };
    const fenced = await fenceLanes(ground);
    expect(shown(fenced.lanes)).toEqual(['0-99 at 150']);
    const next = await relane({ ...ground, checkpoint: fenced.checkpoint }, fenced.lanes, {
      ...START,
      offset: 150,
      slots: come,
    });
    expect(shown(next.lanes)).toEqual(['0-120 at 150', '5461-5470 at 150']);
    expect(await standing()).toEqual(keysOf(next.checkpoint));
    const vouching = { ...next.checkpoint, slots: of('0-120,5461-5470') };
    expect(shown(await readLanes({ ...ground, checkpoint: vouching }))).toEqual(shown(next.lanes));
  });
});

describe('slots that a part has lost', () => {
  const BEFORE = of('0-5460,6000-6999,16000');
  /** Without the slots that the keys of the first two lanes lie in. */
  const LEFT = of('50-99,6500,16000');

  it('are taken out of its lanes, whose keys lie in slots that stayed', async () => {
    const first = await begun(BEFORE);
    for (const [i, lane] of first.lanes.entries()) await commit(first, lane, 110 + i);
    const ground = await narrowed(first.nodes, LEFT);
    expect(shown(await readLanes(ground))).toEqual(['16000 at 112', '50-99 at 110', '6500 at 111']);
    const fenced = await fenceLanes(ground);
    expect(shown(fenced.lanes)).toEqual(['16000 at 112', '50-99 at 110', '6500 at 111']);
    expect(fenced).toMatchObject({ torn: false, gone: false });
    const done = await relane({ ...ground, checkpoint: fenced.checkpoint }, fenced.lanes);
    expect(shown(done.lanes)).toEqual(shown(fenced.lanes));
    expect(done.lanes.map(({ lane }) => LEFT.has(laneSlot(lane)))).toEqual([true, true, true]);
    expect(await standing()).toEqual(keysOf(done.checkpoint));
    expect(await readCheckpoint(await ground.nodes.home(), NAME)).toEqual(done.checkpoint);
    const again = await fenceLanes({ ...ground, ...done });
    expect(await relane({ ...ground, checkpoint: again.checkpoint }, again.lanes)).toEqual({
      checkpoint: again.checkpoint,
      lanes: done.lanes,
    });
  });

  it('leave a lane that had no others without a say, though an earlier run writes to it no more', async () => {
    const first = await begun(of('0-99,6000'));
    const [, gone] = first.lanes;
    await commit(first, gone!, 50);
    const ground = await narrowed(first.nodes, of('0-99'));
    expect(shown(await readLanes(ground))).toEqual(['0-99 at 100']);
    const fenced = await fenceLanes(ground);
    expect(shown(fenced.lanes)).toEqual(['0-99 at 100']);
    expect(await commit(first, gone!, 60)).toBe(false);
    const done = await relane({ ...ground, checkpoint: fenced.checkpoint }, fenced.lanes);
    expect(shown(done.lanes)).toEqual(['0-99 at 100']);
    expect(await standing()).toEqual(keysOf(done.checkpoint));
  });

  it('are not missed where the lane that had them has no checkpoint any more', async () => {
    const first = await begun(of('0-99,6000'));
    const [kept, gone] = first.lanes.map(({ lane }) => laneKey(NAME, { generation: 1, tag: lane.tag }));
    await cluster.client.del(gone!);
    const ground = await narrowed(first.nodes, of('0-99'));
    expect((await fenceLanes(ground)).gone).toBe(false);
    await cluster.client.del(kept!);
    expect((await fenceLanes(ground)).gone).toBe(true);
  });

  it('are not written by an earlier run once they are let go of, and nothing changes where none has gone', async () => {
    const first = await begun(of('0-99,6000'));
    const targets = await homeFirst(await owned.look());
    const options = { clock: systemWorld.clock, targets, nodes: first.nodes, task: NAME };
    const whole = await narrowed(first.nodes, of('0-99,6000'));
    expect(await letGo({ ...options, checkpoint: whole.checkpoint })).toEqual(whole.checkpoint);
    for (const lane of first.lanes) expect(await commit(first, lane, 60)).toBe(true);
    const less = await narrowed(first.nodes, of('0-99'));
    const checkpoint = await letGo({ ...options, checkpoint: less.checkpoint });
    expect(await readCheckpoint(targets[0], NAME)).toEqual(checkpoint);
    for (const lane of first.lanes) expect(await commit(first, lane, 70)).toBe(false);
  });

  it('are left by a copy that was under way, and a stream is not asked to end', async () => {
    const mine = await begun(of('0-99'));
    const targets = await homeFirst(await owned.look());
    const ended: string[] = [];
    const open = await Promise.all(
      [connectionName(NAME), connectionName(other.task)].map(async (name) => {
        const redis = cluster.members[1]!.server.client({ retryStrategy: () => null });
        redis.on('end', () => ended.push(name));
        await redis.client('SETNAME', name);
        return redis;
      }),
    );
    const options = { clock: systemWorld.clock, targets, nodes: mine.nodes, task: NAME };
    await letGo({ ...options, checkpoint: mine.checkpoint });
    expect(await open[0]!.ping()).toBe('PONG');
    await letGo({ ...options, checkpoint: { ...mine.checkpoint, state: 'copying' } });
    await eventually('it is ended', () => Promise.resolve(ended.length > 0));
    expect(ended).toEqual([connectionName(NAME)]);
    open[1]!.disconnect();
  });

  it('do not tear a lane apart, and those that stayed do', async () => {
    const [from, to] = cluster.members as [
      (typeof cluster.members)[number],
      (typeof cluster.members)[number],
    ];
    const first = await begun(of('0-99'));
    await cluster.moveSlot(17, to);
    try {
      const nodes = await owned.look();
      // Of a process that has gone back since.
      const [key] = keysOf(first.checkpoint);
      const process = String(await cluster.client.hget(key!, 'process'));
      await cluster.client.hset(key!, 'process', process.replace(/ \w+/, ` ${'f'.repeat(12)}`));
      const { checkpoint } = await narrowed(nodes, of('0-99'));
      const all = await fenceLanes({ nodes, task: NAME, checkpoint });
      expect(all.torn).toBe(true);
      const [here, there] = ['0-16', '17'].map((slots) => ({ ...all.checkpoint, slots: of(slots) }));
      for (const [slots, torn] of [
        [there!, true],
        [here!, false],
      ] as const) {
        const home = await nodes.home();
        const now = await amendCheckpoint(home, NAME, all.checkpoint, (present) => ({
          ...present,
          slots: slots.slots,
        }));
        expect((await fenceLanes({ nodes, task: NAME, checkpoint: now })).torn).toBe(torn);
      }
    } finally {
      await cluster.moveSlot(17, from);
    }
  }, 60_000);

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

  it('are gone after the second try, in which more went, wherever the first was broken off', async () => {
    const LATER = of('60-99,6500');
    let broken = 0;
    for (let uses = 0; ; uses++) {
      await owned.clear();
      const first = await begun(BEFORE);
      for (const [i, lane] of first.lanes.entries()) await commit(first, lane, 110 + i);
      const nodes = await owned.look();
      const killed = breakingOff(nodes, uses);
      const whole = await narrowed(killed, LEFT)
        .then(async (ground) => {
          const fenced = await fenceLanes(ground);
          return relane({ ...ground, checkpoint: fenced.checkpoint }, fenced.lanes);
        })
        .then(
          () => true,
          (error: Error) => {
            expect(error.message).toBe('killed');
            return false;
          },
        );
      const ground = await narrowed(nodes, LATER, 'run-3');
      const fenced = await fenceLanes(ground);
      const done = await relane({ ...ground, checkpoint: fenced.checkpoint }, fenced.lanes);
      expect(shown(done.lanes)).toEqual(['60-99 at 110', '6500 at 111']);
      expect(await readLanes({ ...ground, ...done })).toEqual(done.lanes);
      expect(await standing()).toEqual(keysOf(done.checkpoint));
      expect(done.checkpoint.lanes!.leftOvers).toEqual([]);
      if (whole) break;
      broken += 1;
    }
    expect(broken).toBeGreaterThan(15);
  }, 240_000);
});

it('a part whose copy broke before its lanes were divided for slots that came is handed over all the same', async () => {
  const first = await begun(of('0-99'));
  const claimed = await claimCheckpoint(
    await first.nodes.home(),
    NAME,
    'run-2',
    (present) => ({ ...present!, state: 'copying', slots: of('50-199,6000') }),
    'allow',
  );
  // What a run that comes later reads.
  const checkpoint = (await readCheckpoint(await first.nodes.home(), NAME))!;
  expect(checkpoint).toEqual(claimed);
  const guarded = await guardingCluster(first.nodes, NAME)(checkpoint);
  expect(guarded.nodes).toHaveLength(2);
  expect(shown(await readLanes({ ...first, checkpoint: guarded.checkpoint }))).toEqual([
    '50-199 at 100',
    '6000 at 100',
  ]);
  expect(await standing()).toEqual(keysOf(guarded.checkpoint));
  expect(await commit(first, first.lanes[0]!, 200)).toBe(false);
});
