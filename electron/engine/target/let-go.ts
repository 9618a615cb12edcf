import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { fenceLanes } from '../checkpoint/lanes.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { SlotSet } from '../router/slot-set.ts';
import { endTaskConnections } from '../writer/end-connection.ts';
import type { Clock } from '../world/clock.ts';
import type { TargetServers } from './handed-over.ts';

export interface LetGoOptions {
  readonly clock: Clock;
  readonly targets: TargetServers;
  /** Of a target that is a cluster. */
  readonly nodes: SlotNodes | undefined;
  /** See partName. */
  readonly task: string;
  /** As this run has claimed it. */
  readonly checkpoint: Checkpoint;
}

/**
 * Nothing that an earlier run of a part has sent is run any more once this is done, so that another part may bring slots that this one had.
 * The claim alone stops batches for one server. A copy asks nobody before it writes, and a lane asks its own checkpoint.
 * @returns the checkpoint with the epoch that it has then; @throws LockstepError TARGET_TAKEN_OVER, TARGET_SLOTS_MOVED
 */
export async function letGo({ clock, targets, nodes, task, checkpoint }: LetGoOptions): Promise<Checkpoint> {
  const { state, slots = SlotSet.of([]), lanes } = checkpoint;
  if (state === 'copying') await endTaskConnections(clock, targets, task);
  const inLanes = SlotSet.of((lanes?.lanes ?? []).flatMap((lane) => lane.slots));
  if (!nodes || slots.includes(inLanes)) return checkpoint;
  return (await fenceLanes({ nodes, task, checkpoint })).checkpoint;
}
