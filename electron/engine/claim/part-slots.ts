import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { LanePosition } from '../checkpoint/lane-plan.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { TaskPart } from '../source/task-part.ts';

/** Of the slots that a part is to have, those that it may be believed to have; undefined for a task that has no parts. */
export const believed = (part: Pick<TaskPart, 'slots' | 'doubted'> | undefined): SlotSet | undefined =>
  part?.doubted ? part.slots.without(part.doubted) : part?.slots;

/** Of the slots that a part has, those that it is to have; undefined for a task that takes all keys of its source. */
export const keptSlots = (
  { slots = SlotSet.of([]) }: Pick<Checkpoint, 'slots'>,
  wanted: SlotSet | undefined,
): SlotSet | undefined => wanted && slots.and(wanted);

/**
 * Why a part that is to have these slots cannot go on: it has none of them, and nothing of where it stands is worth anything. undefined where
 * it has some; the others are brought slot by slot then (slot-arrivals.ts). `credible`: see `believed`.
 */
export function whySlots(
  { slots = SlotSet.of([]) }: Pick<Checkpoint, 'slots'>,
  wanted: SlotSet | undefined,
  credible: SlotSet | undefined = wanted,
): string | undefined {
  if (!wanted || !credible || slots.and(credible).size > 0) return undefined;
  return `slots ${describeSlots(wanted.ranges)} have come to this shard of the source`;
}

/**
 * The slots that a part has without those that have come last, where one of its lanes may have gone back to before it had their keys:
 * the part's own checkpoint lies on another node, and does not go back with it.
 */
export const surelyThere = (
  { slots, arrived }: Pick<Checkpoint, 'slots' | 'arrived'>,
  lanes: readonly LanePosition[],
): SlotSet | undefined =>
  !arrived || lanes.every(({ offset }) => offset > arrived.offset) ? slots : slots?.without(arrived.slots);
