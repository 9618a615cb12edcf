import type { SlotRangeReport, SlotReport } from '../model/comparison.ts';
import { slotRanges } from '../model/slot-ranges.ts';
import { formatCount } from './numbers.ts';

/** Of more the first are named. */
const MOST_NAMED = 6;

/** In which slots of a range keys differ: `slots 5, 77, 5460` or `9 slots: 5, 77, 102, 103, 200, 311, …`. */
export function slotsThatDiffer(
  { slots }: Pick<SlotRangeReport, 'slots'>,
  { differing }: SlotReport,
): string {
  const ranges = slotRanges(slots);
  const inside = differing.filter(({ slot }) =>
    ranges.some(({ first, last }) => first <= slot && slot <= last),
  );
  const named = inside.slice(0, MOST_NAMED).map(({ slot }) => slot);
  if (inside.length > MOST_NAMED) return `${formatCount(inside.length)} slots: ${named.join(', ')}, …`;
  return `${inside.length === 1 ? 'slot' : 'slots'} ${named.join(', ')}`;
}
