import type { SlotRange } from '../router/slot-ranges.ts';
import { ALL_SLOTS, SlotSet } from '../router/slot-set.ts';
import { slotTag } from '../router/slot-tag.ts';
import type { Topology } from '../router/topology.ts';
import type { Lane } from './lane-index.ts';

/** How far a lane is: everything of `replid` up to `offset` is applied to its slots, and nothing after it. */
export interface LanePosition {
  readonly offset: number;
  readonly replid: string;
  /** Some of that came later than its keys were held for: see Checkpoint.earliestExpiryMs. */
  readonly late?: true;
  /** From where on commands may have been left out in it, for keys whose values are written further on. */
  readonly mending?: Mending;
}

/** Why keys are brought to the source's state: they may have expired, or commands on them may have failed. */
export interface Mending {
  readonly of: 'expired' | 'failed';
  readonly offset: number;
}

export interface PlacedLane extends LanePosition {
  readonly lane: Lane;
}

/** One lane for each primary that has any of the slots. */
export function lanesOf({ shards }: Topology, slots: SlotSet = ALL_SLOTS): Lane[] {
  return shards.flatMap((shard) => {
    const own = slots.and(SlotSet.of(shard.slots)).ranges;
    return own.length > 0 ? [{ tag: slotTag(own[0]!.first), slots: own }] : [];
  });
}

/** The same lane without the slots that a part has lost; its key may lie in one of those. */
export const restricted = ({ tag, slots }: Lane, to: SlotSet): Lane => ({
  tag,
  slots: SlotSet.of(slots).and(to).ranges,
});

/**
 * The lanes of a cluster whose slots have moved: what one node has of one lane is a lane, at that one's position; those of a node that
 * are at the same position are one. Every slot has an owner.
 */
export function divide(present: readonly PlacedLane[], { shardOfSlot }: Topology): PlacedLane[] {
  const groups = new Map<string, LanePosition & { readonly ranges: SlotRange[] }>();
  for (const { lane, offset, replid } of present) {
    for (const { first, last } of lane.slots) {
      for (let from = first, to = first; from <= last; from = to + 1) {
        const shard = shardOfSlot[from];
        for (to = from; to < last && shardOfSlot[to + 1] === shard;) to += 1;
        const name = `${shard} ${offset} ${replid}`;
        const group = groups.get(name) ?? { offset, replid, ranges: [] };
        groups.set(name, group);
        group.ranges.push({ first: from, last: to });
      }
    }
  }
  return [...groups.values()].map(({ ranges, ...position }) => {
    const slots = SlotSet.of(ranges).ranges;
    return { lane: { tag: slotTag(slots[0]!.first), slots }, ...position };
  });
}

/** Whether two divisions have the same lanes, whatever their tags. */
export function sameLanes(one: readonly Lane[], other: readonly Lane[]): boolean {
  const texts = (lanes: readonly Lane[]): string[] =>
    lanes.map(({ slots }) => slots.map(({ first, last }) => `${first}-${last}`).join()).toSorted();
  return texts(one).join(' ') === texts(other).join(' ');
}
