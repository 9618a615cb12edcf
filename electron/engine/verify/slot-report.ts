import { MOST_SLOT_RANGES, type SlotReport } from '../../../shared/model/comparison.ts';
import { SLOTS } from '../router/key-slot.ts';
import { describeSlots } from '../router/slot-ranges.ts';
import type { SlotTally } from './slot-tally.ts';

/** What the primary announces that has a slot of either side; null for a standalone server. */
export interface SlotOwners {
  ofSource(slot: number): string | null;
  ofTarget(slot: number): string | null;
}

/** Where keys differ: in which slots, and in which ranges of slots that one shard of either side has. */
export function slotReport(tally: SlotTally, owners: SlotOwners): SlotReport {
  const ranges: SlotReport['ranges'][number][] = [];
  const differing: SlotReport['differing'][number][] = [];
  let rangesTotal = 0;
  for (let first = 0, last = 0; first < SLOTS; first = last + 1) {
    const [source, target] = [owners.ofSource(first), owners.ofTarget(first)];
    for (last = first; last + 1 < SLOTS; last += 1)
      if (owners.ofSource(last + 1) !== source || owners.ofTarget(last + 1) !== target) break;
    const counts = tally.sum([{ first, last }]);
    if (counts.differing === 0) continue;
    rangesTotal += 1;
    if (ranges.length < MOST_SLOT_RANGES)
      ranges.push({ slots: describeSlots([{ first, last }]), source, target, ...counts });
    for (let slot = first; slot <= last; slot++)
      if (tally.differing[slot]! > 0) differing.push({ slot, keys: tally.differing[slot]! });
  }
  return { ranges, rangesTotal, differing };
}
