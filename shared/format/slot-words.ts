import { countOfSlots, slotRanges } from '../model/slot-ranges.ts';
import type { UnsettledSlots } from '../model/unsettled-slots.ts';
import { formatCount } from './numbers.ts';

/** `40 slots of the source are on their way to another node` */
export function describeUnsettled(
  side: 'source' | 'target',
  { moves, ofNobody, ofSeveral }: UnsettledSlots,
): string {
  const say = (slots: readonly string[], one: string, more: string): string | undefined => {
    const count = slots.reduce((sum, text) => sum + countOfSlots(slotRanges(text)), 0);
    if (count === 0) return undefined;
    return `${formatCount(count)} ${count === 1 ? 'slot' : 'slots'} of the ${side} ${count === 1 ? one : more}`;
  };
  return (
    say([ofNobody], 'belongs to no node', 'belong to no node') ??
    say([ofSeveral], 'has several owners', 'have several owners') ??
    say(
      moves.map(({ slots }) => slots),
      'is on its way to another node',
      'are on their way to other nodes',
    ) ??
    `slots of the ${side} are being moved`
  );
}
