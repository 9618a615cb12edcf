import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { LanePosition } from '../checkpoint/lane-plan.ts';
import { REPAIRING } from './repair-plan.ts';

/**
 * Whether commands were left out in a lane of which values are not there. The lane itself says where a mending began in it, in the step
 * that takes it on: so it goes back together with its keys, and the task's checkpoint by itself.
 */
export function isCutShortIn(checkpoint: Checkpoint, { offset, mending }: LanePosition): boolean {
  if (!mending || offset <= mending.offset) return false;
  const { fault, verified } = checkpoint;
  // No more is vouched for before all values are written; and one that went back since has lost them.
  if (fault !== REPAIRING && verified > mending.offset && offset >= verified) return false;
  return !isUnderWayIn(checkpoint, { offset, mending });
}

/** The same where nothing has expired, and nothing behind is vouched for: all keys that were used from there on are mended anew. */
export const isUnderWayIn = (
  { verified }: Checkpoint,
  { offset, mending }: Pick<LanePosition, 'offset' | 'mending'>,
): boolean => mending?.of === 'failed' && offset > mending.offset && verified <= mending.offset;
