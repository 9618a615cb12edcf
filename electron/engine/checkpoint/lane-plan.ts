import { SLOTS } from '../router/key-slot.ts';
import { rangesWhere } from '../router/slot-ranges.ts';
import { ALL_SLOTS, SlotSet } from '../router/slot-set.ts';
import { slotTag } from '../router/slot-tag.ts';
import type { Topology } from '../router/topology.ts';
import { laneSlot, type Lane } from './lane-index.ts';

/** How far a lane is: everything of `replid` up to `offset` is applied to its slots, and nothing after it. */
export interface LanePosition {
  readonly offset: number;
  readonly replid: string;
}

export interface PlacedLane extends LanePosition {
  readonly lane: Lane;
}

/** One lane for each primary that has any of the slots. */
export function lanesOf({ shards, shardOfSlot }: Topology, slots: SlotSet = ALL_SLOTS): Lane[] {
  return shards.flatMap((_, shard) => {
    const own = rangesWhere((slot) => shardOfSlot[slot] === shard && slots.has(slot));
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
  const groups = new Map<string, LanePosition>();
  const groupOf = new Array<string>(SLOTS);
  for (const { lane, offset, replid } of present) {
    for (const { first, last } of lane.slots) {
      for (let slot = first; slot <= last; slot++) {
        const group = `${shardOfSlot[slot]} ${offset} ${replid}`;
        groupOf[slot] = group;
        if (!groups.has(group)) groups.set(group, { offset, replid });
      }
    }
  }
  return [...groups].map(([group, position]) => {
    const slots = rangesWhere((slot) => groupOf[slot] === group);
    return { lane: { tag: slotTag(slots[0]!.first), slots }, ...position };
  });
}

/** Whether slots of a lane lie on another node than its checkpoint by now. */
export function isApart(lane: Lane, { shardOfSlot }: Pick<Topology, 'shardOfSlot'>): boolean {
  const owner = shardOfSlot[laneSlot(lane)];
  return lane.slots.some(({ first, last }) =>
    shardOfSlot.subarray(first, last + 1).some((one) => one !== owner),
  );
}

/** Whether two divisions have the same lanes, whatever their tags. */
export function sameLanes(one: readonly Lane[], other: readonly Lane[]): boolean {
  const texts = (lanes: readonly Lane[]): string[] =>
    lanes.map(({ slots }) => slots.map(({ first, last }) => `${first}-${last}`).join()).toSorted();
  return texts(one).join(' ') === texts(other).join(' ');
}
