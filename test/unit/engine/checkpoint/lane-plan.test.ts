import { describe, expect, it } from 'vitest';
import {
  divide,
  lanesOf,
  restricted,
  sameLanes,
  type PlacedLane,
} from '../../../../electron/engine/checkpoint/lane-plan.ts';
import { laneSlot } from '../../../../electron/engine/checkpoint/lane-index.ts';
import { SLOTS } from '../../../../electron/engine/router/key-slot.ts';
import { describeSlots, rangesWhere } from '../../../../electron/engine/router/slot-ranges.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { slotTag } from '../../../../electron/engine/router/slot-tag.ts';
import type { Topology } from '../../../../electron/engine/router/topology.ts';

/** A cluster in which each slot belongs to the primary of that number. */
function clusterOf(ownerOf: (slot: number) => number): Topology {
  const shardOfSlot = Int16Array.from({ length: SLOTS }, (_, slot) => ownerOf(slot));
  const count = Math.max(...shardOfSlot) + 1;
  return {
    nodes: [],
    shards: Array.from({ length: count }, (_, index) => ({
      primary: {
        ...{ id: String(index), host: 'h', port: 1, hostname: undefined, role: 'primary' as const },
        ...{ primaryId: undefined, health: 'well' as const, epoch: 1, slots: [], marks: [] },
      },
      replicas: [],
      slots: rangesWhere((slot) => shardOfSlot[slot] === index),
    })),
    shardOfSlot,
    moves: [],
    uncovered: [],
    doubled: [],
  };
}

const halves = clusterOf((slot) => (slot < 8000 ? 0 : 1));
const at = (offset: number, first: number, last: number, replid = 'r'): PlacedLane => ({
  lane: { tag: slotTag(first), slots: [{ first, last }] },
  offset,
  replid,
});
const shown = (lanes: readonly PlacedLane[]): string[] =>
  lanes.map(({ lane, offset }) => `${describeSlots(lane.slots)} at ${offset}`);

describe('lanes', () => {
  it('are one a primary at first, each with a tag of its own slots', () => {
    const lanes = lanesOf(halves);
    expect(lanes.map(({ slots }) => describeSlots(slots))).toEqual(['0-7999', '8000-16383']);
    expect(lanes.map(laneSlot)).toEqual([0, 8000]);
  });

  it('are as they were where no slot has moved', () => {
    const present = [at(100, 0, 7999), at(120, 8000, 16_383)];
    expect(shown(divide(present, halves))).toEqual(['0-7999 at 100', '8000-16383 at 120']);
    expect(
      sameLanes(
        present.map(({ lane }) => lane),
        lanesOf(halves),
      ),
    ).toBe(true);
  });

  it('are split where slots have moved, at the position of the lane they were in', () => {
    const moved = clusterOf((slot) => (slot < 8000 && slot !== 17 ? 0 : 1));
    const lanes = divide([at(100, 0, 7999), at(120, 8000, 16_383)], moved);
    expect(shown(lanes)).toEqual(['0-16, 18-7999 at 100', '17 at 100', '8000-16383 at 120']);
    expect(lanes.map(({ lane }) => laneSlot(lane))).toEqual([0, 17, 8000]);
    expect(
      sameLanes(
        lanesOf(moved),
        lanes.map(({ lane }) => lane),
      ),
    ).toBe(false);
  });

  it('are one again where all that a node has is at one position', () => {
    const moved = clusterOf((slot) => (slot < 8000 && slot !== 17 ? 0 : 1));
    const apart = divide([at(100, 0, 7999), at(120, 8000, 16_383)], moved);
    const level = apart.map((one) => ({ ...one, offset: 130 }));
    expect(shown(divide(level, moved))).toEqual(['0-16, 18-7999 at 130', '17, 8000-16383 at 130']);
  });

  it('are not one at the same offset of another history', () => {
    const lanes = divide(
      [at(100, 0, 9000), at(100, 9001, 16_383, 'other')],
      clusterOf(() => 0),
    );
    expect(shown(lanes)).toEqual(['0-9000 at 100', '9001-16383 at 100']);
  });
});

describe('the lanes of a part', () => {
  const slots = SlotSet.parse('100-200,7990-8010')!;

  it('have its slots alone, one a primary that has any of them', () => {
    const lanes = lanesOf(halves, slots);
    expect(lanes.map((lane) => describeSlots(lane.slots))).toEqual(['100-200, 7990-7999', '8000-8010']);
    expect(lanes.map(laneSlot)).toEqual([100, 8000]);
    expect(lanesOf(halves, SlotSet.parse('9000')!).map((lane) => describeSlots(lane.slots))).toEqual([
      '9000',
    ]);
    expect(lanesOf(halves, SlotSet.of([]))).toEqual([]);
  });

  it('lose slots that went, and are told by the key that they had', () => {
    const { lane } = at(100, 150, 7999);
    expect(restricted(lane, slots)).toEqual({
      tag: lane.tag,
      slots: [
        { first: 150, last: 200 },
        { first: 7990, last: 7999 },
      ],
    });
    expect(restricted(lane, SlotSet.parse('9000')!).slots).toEqual([]);
  });

  it('are divided without slots that went, with a tag of those that stayed', () => {
    const whole = [at(100, 0, 7999), at(120, 8000, 16_383)];
    const left = whole.map(({ lane, ...where }) => ({ lane: restricted(lane, slots), ...where }));
    const lanes = divide(left, halves);
    expect(shown(lanes)).toEqual(['100-200, 7990-7999 at 100', '8000-8010 at 120']);
    expect(lanes.map(({ lane }) => laneSlot(lane))).toEqual([100, 8000]);
  });
});
