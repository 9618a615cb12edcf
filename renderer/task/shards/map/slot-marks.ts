import type { ComparisonState } from '../../../../shared/contract/api.ts';
import { formatCount } from '../../../../shared/format/numbers.ts';
import { formatClock } from '../../../../shared/format/times.ts';
import { slotRanges, type SlotRange } from '../../../../shared/model/slot-ranges.ts';
import type { UnsettledSlots } from '../../../../shared/model/unsettled-slots.ts';

/** Slots of which the map says more than whose they are. */
export interface SlotMark {
  /** How they are drawn. */
  readonly kind: 'moving' | 'unowned' | 'differing';
  readonly name: string;
  readonly detail: string;
  readonly ranges: readonly SlotRange[];
  /** Of one of these slots, to go on a sentence with. */
  say(slot: number): string;
}

/** Slots on their way, of no node, or of several. */
export function unsettledMarks(unsettled: UnsettledSlots | undefined): SlotMark[] {
  if (!unsettled) return [];
  const { moves, ofNobody, ofSeveral } = unsettled;
  const same = (words: string) => () => words;
  const marks: SlotMark[] = moves.map(({ slots, from, to }) => ({
    kind: 'moving',
    name: 'On the way',
    detail: `${from === '' ? '' : `from ${from} `}to ${to === '' ? 'a node that is not known' : to}`,
    ranges: slotRanges(slots),
    say: same(to === '' ? 'on its way to another node' : `on its way to ${to}`),
  }));
  const unowned = (name: string, slots: string, words: string): SlotMark => ({
    kind: 'unowned',
    name,
    detail: '',
    ranges: slotRanges(slots),
    say: same(words),
  });
  marks.push(
    unowned('Of no node', ofNobody, 'no node of the cluster has it'),
    unowned('Of several nodes', ofSeveral, 'several nodes take it for their own'),
  );
  return marks.filter(({ ranges }) => ranges.length > 0);
}

/** Slots in which the last comparison of the task has found keys that differ. */
export function differingMark(state: ComparisonState | undefined, nowMs: number): SlotMark | undefined {
  const differing = state?.report?.slots?.differing;
  if (state?.status !== 'done' || !differing || differing.length === 0) return undefined;
  const keysOf = new Map(differing.map(({ slot, keys }) => [slot, keys]));
  const keys = differing.reduce((sum, one) => sum + one.keys, 0);
  const compared = state.endedAtMs === null ? '' : `, compared at ${formatClock(state.endedAtMs, nowMs)}`;
  return {
    kind: 'differing',
    name: 'Keys differ',
    detail: `${formatCount(keys)} ${keys === 1 ? 'key' : 'keys'}${compared}`,
    ranges: joined(differing.map(({ slot }) => slot)),
    say: (slot) => {
      const count = keysOf.get(slot) ?? 0;
      return `${formatCount(count)} ${count === 1 ? 'key differs' : 'keys differ'}${compared}`;
    },
  };
}

/** Slots in order as ranges. */
function joined(slots: readonly number[]): SlotRange[] {
  const ranges: { first: number; last: number }[] = [];
  for (const slot of slots) {
    const before = ranges.at(-1);
    if (before && before.last === slot - 1) before.last = slot;
    else ranges.push({ first: slot, last: slot });
  }
  return ranges;
}

export const isMarked = ({ ranges }: SlotMark, slot: number): boolean =>
  ranges.some(({ first, last }) => first <= slot && slot <= last);
