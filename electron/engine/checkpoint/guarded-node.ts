import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { onChange, slotsMoved } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { ALL_SLOTS, SlotSet } from '../router/slot-set.ts';
import { ownerOf } from '../router/topology.ts';
import { checkpointKey, type Checkpoint } from './checkpoint.ts';
import { haveAll, laneKey, laneNames, laneSlot } from './lane-index.ts';
import {
  createLanes,
  fenceLanes,
  forgetCarried,
  LANE_GONE,
  noteInLanes,
  relane,
  TORN,
  type FencedLanes,
  type LaneGround,
  type OwnedLanes,
} from './lanes.ts';
import { amendCheckpoint } from './claim.ts';

/** A server of a target, and what tells there whether the task is still this run's. */
export interface GuardedNode {
  readonly redis: Redis;
  /** A hash with the epoch of the task's owner: the checkpoint of the task, or on a cluster that of a lane of this node. */
  readonly guardKey: string;
  /** Of a cluster: keys of several slots are changed in one step by scripts alone. */
  readonly clustered: boolean;
  /** Of a cluster. */
  readonly holds?: HeldSlots;
}

/** What a node of a cluster had when its lanes were fenced. */
export interface HeldSlots {
  /** Of the task. */
  readonly slots: SlotSet;
  /** Of these, those of whose times the marks say nothing: see LaneRecord. */
  readonly carried: SlotSet;
  /** Its configuration epoch: another one once a slot has come back that had been given away. */
  readonly epoch: number;
}

/** A target as whoever owns the task by this checkpoint finds it. */
export interface Guarded {
  readonly checkpoint: Checkpoint;
  readonly nodes: readonly GuardedNode[];
  /** Every time there is exact by now, and no slot was moved meanwhile: see forgetCarried. */
  readonly madeExact: () => Promise<Checkpoint>;
}

/** Makes the guards of all nodes bear the epoch of the checkpoint, or the other way round. */
export type Guarding = (checkpoint: Checkpoint) => Promise<Guarded>;

/** A target that is one server. `redis` selects its databases. */
export const oneServer = (redis: Redis, task: string): GuardedNode[] => [
  { redis, guardKey: checkpointKey(task), clustered: false },
];

export const guardingServer =
  (redis: Redis, task: string): Guarding =>
  (checkpoint) =>
    Promise.resolve({
      checkpoint,
      nodes: oneServer(redis, task),
      madeExact: () => Promise.resolve(checkpoint),
    });

/**
 * The primaries of a cluster that have slots of the task, each with one of its lanes. @throws LockstepError TARGET_SLOTS_MOVED when one has
 * none
 */
export async function guardedNodes(
  nodes: SlotNodes,
  task: string,
  { lanes, slots: own = ALL_SLOTS }: Pick<Checkpoint, 'lanes' | 'slots'>,
): Promise<GuardedNode[]> {
  const names = lanes ? laneNames(lanes) : [];
  const shards = nodes.topology.shards.filter(({ slots }) => own.and(SlotSet.of(slots)).size > 0);
  return Promise.all(
    shards.map(async ({ primary, slots }) => {
      const name = names.find((one) => ownerOf(nodes.topology, laneSlot(one))?.id === primary.id);
      if (!name) throw slotsMoved(`the slots of ${primary.host}:${primary.port} have no lane there`);
      const redis = await nodes.onSlot(slots[0]!.first);
      const held = own.and(SlotSet.of(slots));
      const carried = held.and(lanes?.carried ?? SlotSet.of([]));
      const holds = { slots: held, carried, epoch: primary.epoch };
      return { redis, guardKey: laneKey(task, name), clustered: true, holds };
    }),
  );
}

/**
 * Fences the lanes, under another epoch, and divides them as the slots lie by now; makes them for a task that has none, or a part that has
 * others than it is to have, as after a copy that broke before they were divided. They are told that times become exact: of that the
 * task's own checkpoint tells as well, but it lies on one node, and where that goes back to an earlier state it has never been said.
 */
export const guardingCluster =
  (nodes: SlotNodes, task: string): Guarding =>
  async (ours) => {
    const ground = { nodes, task, checkpoint: ours };
    const { lanes = [] } = ours.lanes ?? {};
    const fenced =
      lanes.length > 0 && haveAll(lanes, ours.slots ?? ALL_SLOTS)
        ? await fenceLanes(ground)
        : { ...(await createLanes(ground, ours)), torn: false, gone: false, told: [] };
    const owned =
      fenced.torn || fenced.gone
        ? await giveUpLanes({ ...ground, checkpoint: fenced.checkpoint }, fenced)
        : await relane({ ...ground, checkpoint: fenced.checkpoint }, fenced.lanes);
    await noteInLanes({ ...ground, checkpoint: owned.checkpoint }, BECOMES_EXACT);
    const { checkpoint } = owned;
    return {
      checkpoint,
      nodes: await guardedNodes(nodes, task, checkpoint),
      madeExact: () => forgetCarried({ ...ground, checkpoint }),
    };
  };

/** Keys may be lost to their own clock from here on. */
const BECOMES_EXACT = { expiry: 'releasing', earliestExpiry: '1' } as const;

/** Lanes that only guard from here on: the checkpoint says that the sides differ. */
async function giveUpLanes(ground: LaneGround, { gone }: FencedLanes): Promise<OwnedLanes> {
  const { nodes, task } = ground;
  const fault = gone ? LANE_GONE : TORN;
  const checkpoint = await onChange(async () =>
    amendCheckpoint(await nodes.home(), task, ground.checkpoint, (present) => ({ ...present, fault })),
  );
  return createLanes({ ...ground, checkpoint }, checkpoint);
}

/** Runs something on it. @throws LockstepError TARGET_SLOTS_MOVED when the cluster is not as it was found */
export const onNode = <T>({ clustered }: GuardedNode, run: () => Promise<T>): Promise<T> =>
  clustered ? onChange(run) : run();

/** What a guard with another epoch comes to: another run has the task, or a node has gone back to before this one. */
export function deposed({ clustered }: GuardedNode, present: string, ours: number): LockstepError {
  const fact = `the checkpoint has epoch ${present === '' ? 'none' : present}; this run is epoch ${ours}`;
  return clustered && Number(present) < ours
    ? slotsMoved(fact)
    : new LockstepError('TARGET_TAKEN_OVER', fact);
}
