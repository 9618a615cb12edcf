import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { MOST_MOVES, type UnsettledSlots } from '../../../shared/model/unsettled-slots.ts';
import { SlotSet } from '../router/slot-set.ts';
import type { FoundCluster } from './discover-cluster.ts';

/** Which slots of a cluster were not settled when it was found; undefined where each had one owner, and none was under way. */
export function unsettledSlots({ topology, endpointOf }: FoundCluster): UnsettledSlots | undefined {
  const { moves, uncovered, doubled, nodes } = topology;
  if (moves.length + uncovered.length + doubled.length === 0) return undefined;
  const placeOf = (id: string | undefined): string => {
    const node = nodes.find((one) => one.id === id);
    return node ? describeEndpoint(endpointOf(node)) : '';
  };
  const slotsOfPair = new Map<string, number[]>();
  for (const { slot, from = '', to = '' } of moves) {
    const pair = `${from} ${to}`;
    const slots = slotsOfPair.get(pair);
    if (slots) slots.push(slot);
    else slotsOfPair.set(pair, [slot]);
  }
  return {
    moves: [...slotsOfPair].slice(0, MOST_MOVES).map(([pair, slots]) => {
      const [from, to] = pair.split(' ');
      const ranges = slots.map((slot) => ({ first: slot, last: slot }));
      return { slots: String(SlotSet.of(ranges)), from: placeOf(from), to: placeOf(to) };
    }),
    ofNobody: String(SlotSet.of(uncovered)),
    ofSeveral: String(SlotSet.of(doubled.flatMap(({ slots }) => slots))),
  };
}
