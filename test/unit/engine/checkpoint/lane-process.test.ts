import { describe, expect, it } from 'vitest';
import type { Lane } from '../../../../electron/engine/checkpoint/lane-index.ts';
import { LaneProcesses, type Lying } from '../../../../electron/engine/checkpoint/lane-process.ts';
import type { SlotNodes } from '../../../../electron/engine/control/cluster-nodes.ts';
import type { ClusterNode } from '../../../../electron/engine/router/cluster-node.ts';
import { SLOTS } from '../../../../electron/engine/router/key-slot.ts';
import { slotTag } from '../../../../electron/engine/router/slot-tag.ts';

interface Played {
  readonly id: string;
  readonly run?: string;
  /** The first and the last slot. */
  readonly slots?: readonly [number, number];
  readonly replicaOf?: string;
  readonly health?: ClusterNode['health'];
  readonly promoted?: boolean;
  readonly epoch?: number;
}

/** A cluster of these nodes; a primary runs as `<id>-1` unless it says otherwise. */
function clusterOf(all: readonly Played[]): SlotNodes {
  const nodes = all.map(({ id, replicaOf, health = 'well', epoch = 1 }) => ({
    ...{ id, health, host: 'h', port: 1, hostname: undefined, epoch, slots: [], marks: [] },
    ...{ role: replicaOf === undefined ? 'primary' : 'replica', primaryId: replicaOf },
  }));
  const current = Math.max(CURRENT, ...all.map(({ epoch = 1 }) => epoch));
  const withSlots = all.filter(({ slots }) => slots);
  const shardOfSlot = new Int16Array(SLOTS).fill(-1);
  withSlots.forEach(({ slots }, shard) => shardOfSlot.fill(shard, slots![0], slots![1] + 1));
  const shards = withSlots.map(({ id }) => ({
    primary: nodes.find((node) => node.id === id),
    replicas: [],
    slots: [],
  }));
  const info = ({ id }: ClusterNode): string => {
    const { run = `${id}-1`, promoted = false } = all.find((one) => one.id === id)!;
    return `run_id:${run}\r\nmaster_replid2:${(promoted ? 'a' : '0').repeat(40)}\r\n`;
  };
  return {
    topology: { nodes, shards, shardOfSlot },
    onNode: async (node: ClusterNode) => ({
      info: async () => info(node),
      call: async () => `cluster_state:ok\r\ncluster_current_epoch:${current}\r\n`,
    }),
  } as unknown as SlotNodes;
}

/** Replicas have had epochs as well. */
const CURRENT = 6;
const LANE: Lane = { tag: slotTag(0), slots: [{ first: 0, last: 99 }] };
const A: Played = { id: 'a', slots: [0, 99] };
const B: Played = { id: 'b', slots: [100, SLOTS - 1] };
const REPLICAS: readonly Played[] = [
  { id: 'ra', replicaOf: 'a' },
  { id: 'rb', replicaOf: 'b' },
];

/** Half of its slots have gone to b. */
const APART: readonly Played[] = [
  { ...A, slots: [0, 49] },
  { ...B, slots: [50, SLOTS - 1] },
];

async function lyingIn(now: readonly Played[]): Promise<Lying> {
  const record = (await LaneProcesses.look(clusterOf([A, B, ...REPLICAS]))).recordOf(LANE);
  return (await LaneProcesses.look(clusterOf(now))).lyingOf(LANE, record);
}

describe('a lane', () => {
  it.each<readonly [string, readonly Played[], Lying]>([
    ['where it was', [A, B, ...REPLICAS], 'whole'],
    ['on its node that has begun anew', [{ ...A, run: 'other' }, B, ...REPLICAS], 'whole'],
    [
      'on the replica that has taken the place of its node',
      [{ id: 'ra', slots: [0, 99], promoted: true, epoch: 7 }, B, { id: 'a', replicaOf: 'ra' }],
      'whole',
    ],
    [
      'on a replica that came later, and has taken the place of its node',
      [{ id: 'new', slots: [0, 99], promoted: true, epoch: 7 }, B, { id: 'a', replicaOf: 'new' }],
      'whole',
    ],
    [
      'on a replica that came later, when its node has failed',
      [{ id: 'new', slots: [0, 99], promoted: true, epoch: 7 }, B, { id: 'a', health: 'failed' }],
      'whole',
    ],
    [
      'on the successor of its node, when another node has one as well',
      [
        { id: 'ra', slots: [0, 99], promoted: true, epoch: 8 },
        { id: 'rb', slots: [100, SLOTS - 1], promoted: true, epoch: 7 },
      ],
      'whole',
    ],
    ['on its node again, and no node has gone back', [{ ...A, epoch: 7 }, B], 'whole'],
    ['on its node again, which has begun anew', [{ ...A, epoch: 7, run: 'other' }, B], 'torn'],
    [
      'on its node again, when another one has begun anew',
      [
        { ...A, epoch: 7 },
        { ...B, run: 'other' },
      ],
      'torn',
    ],
    [
      'on the successor of its node again, which has taken slots since',
      [{ id: 'ra', slots: [0, 99], promoted: true, epoch: 8 }, B, { id: 'a', replicaOf: 'ra' }],
      'torn',
    ],
    ['in part on another node', [...APART, ...REPLICAS], 'moved'],
    ['on another node', [{ id: 'a' }, { ...B, slots: [0, SLOTS - 1] }], 'moved'],
    ['on another node, when its own has left', [{ ...B, slots: [0, SLOTS - 1] }], 'moved'],
    ['in part on a node that came later', [APART[0]!, { id: 'new', slots: [50, 99] }, B], 'moved'],
    [
      'in part elsewhere, when a node is suspected by one',
      [{ ...APART[0]!, health: 'suspected' }, APART[1]!],
      'moved',
    ],
    [
      'in part elsewhere, when its own node has begun anew',
      [{ ...APART[0]!, run: 'other' }, APART[1]!],
      'torn',
    ],
    [
      'in part elsewhere, when its own node has failed',
      [{ ...APART[0]!, health: 'failed' }, APART[1]!],
      'torn',
    ],
    [
      'in part elsewhere, when another has taken the place of its own node',
      [{ id: 'ra', slots: [0, 49], promoted: true }, APART[1]!, { id: 'a', replicaOf: 'ra' }],
      'torn',
    ],
    ['in part on a node that has begun anew', [APART[0]!, { ...APART[1]!, run: 'other' }], 'torn'],
    [
      'in part on the replica of the node that it went to',
      [APART[0]!, { id: 'rb', slots: [50, SLOTS - 1], promoted: true }, { id: 'b', replicaOf: 'rb' }],
      'torn',
    ],
    [
      'in part on a node that came later, as the successor of one',
      [APART[0]!, { id: 'new', slots: [50, 99], promoted: true }, B],
      'torn',
    ],
    [
      'on another node that has begun anew',
      [{ id: 'a' }, { ...B, slots: [0, SLOTS - 1], run: 'other' }],
      'torn',
    ],
  ])('%s', async (_, now, lying) => {
    expect(await lyingIn(now)).toBe(lying);
  });
});

it('a node without slots that does not answer is in no record, and one with slots is missed', async () => {
  const failing = (nodes: SlotNodes, silent: string): SlotNodes => ({
    ...nodes,
    onNode: (node) => (node.id === silent ? Promise.reject(new Error('silent')) : nodes.onNode(node)),
  });
  const nodes = clusterOf([A, B, { id: 'spare' }]);
  expect((await LaneProcesses.look(failing(nodes, 'spare'))).recordOf(LANE)).toBe('a@1/6 a-1;b b-1');
  await expect(LaneProcesses.look(failing(nodes, 'b'))).rejects.toThrow('silent');
});

describe('keys of a lane may have come from another node', () => {
  const [ONE, TWO]: readonly Played[] = [
    { ...A, epoch: 3 },
    { ...B, epoch: 4 },
  ];
  const successor = (epoch: number): Played => ({ id: 'ra', slots: [0, 99], promoted: true, epoch });
  it.each<readonly [string, readonly Played[], string]>([
    ['not where nothing has changed', [ONE!, TWO!], '-'],
    ['not where its node has begun anew', [{ ...ONE!, run: 'other' }, TWO!], '-'],
    ['not where slots have come to another node', [ONE!, { ...TWO!, epoch: 9 }], '-'],
    [
      'in what lies on another one',
      [
        { ...ONE!, slots: [0, 49] },
        { ...TWO!, slots: [50, SLOTS - 1] },
      ],
      '50-99',
    ],
    ['in all of it where slots have come back to its node', [{ ...ONE!, epoch: 5 }, TWO!], '0-99'],
    ['not where a replica took its place with the next epoch', [successor(7), TWO!], '-'],
    ['not where another node has a later one', [successor(7), { ...TWO!, epoch: 8 }], '-'],
    ['in all of it where that has a later one', [successor(8), TWO!], '0-99'],
  ])('%s', async (_, now, carried) => {
    const record = (await LaneProcesses.look(clusterOf([ONE!, TWO!, ...REPLICAS]))).recordOf(LANE);
    expect((await LaneProcesses.look(clusterOf(now))).carriedOf(LANE, record).toString()).toBe(carried);
  });

  it('in all of it where a replica took its place and nobody told which epoch was the current one', async () => {
    const here = await LaneProcesses.look(clusterOf([successor(7), TWO!]));
    expect(here.carriedOf(LANE, 'a@3/NaN a-1 ra;b b-1').toString()).toBe('0-99');
  });

  it('in all of it where its record does not say since when', async () => {
    const here = await LaneProcesses.look(clusterOf([ONE!, TWO!]));
    expect(here.carriedOf(LANE, '').toString()).toBe('0-99');
    expect(here.carriedOf(LANE, 'a a-1;b b-1').toString()).toBe('0-99');
  });
});
