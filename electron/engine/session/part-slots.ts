import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import { SlotSet } from '../router/slot-set.ts';

/** Of the slots that a part has, those that it is to have; undefined for a task that takes all keys of its source. */
export const keptSlots = (
  { slots = SlotSet.of([]) }: Pick<Checkpoint, 'slots'>,
  wanted: SlotSet | undefined,
): SlotSet | undefined => wanted && slots.and(wanted);

/** Why a part that is to have these slots cannot go on: nobody knows how far what stands of others is. undefined where it has them all. */
export function whySlots(
  { slots = SlotSet.of([]) }: Pick<Checkpoint, 'slots'>,
  wanted: SlotSet | undefined,
): string | undefined {
  if (!wanted || slots.includes(wanted)) return undefined;
  const come = wanted.without(slots);
  return `slots ${describeSlots(come.ranges)} have come to this shard of the source`;
}
