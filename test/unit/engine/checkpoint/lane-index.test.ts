import { describe, expect, it } from 'vitest';
import { parseCheckpoint } from '../../../../electron/engine/checkpoint/checkpoint.ts';
import {
  formatLaneIndex,
  laneKey,
  laneNames,
  laneSlot,
  nextGeneration,
  parseLaneIndex,
  type LaneIndex,
} from '../../../../electron/engine/checkpoint/lane-index.ts';
import { isOwnKey } from '../../../../electron/engine/commands/own-keys.ts';
import { keySlot } from '../../../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';
import { slotTag } from '../../../../electron/engine/router/slot-tag.ts';
import { storedCheckpoint } from '../../../support/target/checkpoints.ts';

const INDEX: LaneIndex = {
  generation: 3,
  lanes: [
    {
      tag: slotTag(0),
      slots: [
        { first: 0, last: 99 },
        { first: 200, last: 200 },
      ],
    },
    {
      tag: slotTag(16_000),
      slots: [
        { first: 100, last: 199 },
        { first: 201, last: 16_383 },
      ],
    },
  ],
  leftOvers: [
    { generation: 2, tag: 'a' },
    { generation: 4, tag: 'b' },
  ],
};

describe('the index of lanes', () => {
  it('comes back as it was written, alone and as a field of the checkpoint', () => {
    expect(parseLaneIndex(formatLaneIndex(INDEX))).toEqual(INDEX);
    const none = { generation: 0, lanes: [], leftOvers: INDEX.leftOvers };
    expect(parseLaneIndex(formatLaneIndex(none))).toEqual(none);
    expect(parseCheckpoint(storedCheckpoint({ lanes: INDEX }))?.lanes).toEqual(INDEX);
  });

  it('is none in a checkpoint without one, and in that of an earlier release', () => {
    const { lanes, ...before } = storedCheckpoint();
    expect(lanes).toBe('');
    expect(parseCheckpoint({ ...before, lanes: '' })?.lanes).toBeUndefined();
    expect(parseCheckpoint(before)?.lanes).toBeUndefined();
  });

  it.each([
    ['no generation', ' 0-16383=a'],
    ['a slot in no lane', `1 1-16383=${slotTag(5)}`],
    ['a slot in two lanes', `1 0-100=${slotTag(3)} 100-16383=${slotTag(200)}`],
    ['a tag outside of its lane', `1 0-100=${slotTag(101)} 101-16383=${slotTag(200)}`],
    ['no slots', '1 =a'],
    ['a slot that is none', `1 0-16384=${slotTag(0)}`],
    ['a tag with a brace', '1 0-16383={a}'],
    ['two tags', '1 0-16383=a=b'],
    ['what is left over without a tag', `1 0-16383=${slotTag(0)} !2=`],
    ['more than it says', `1 0-16383=${slotTag(0)} `],
  ])('is refused with %s', (_, text) => {
    expect(parseLaneIndex(text)).toBeUndefined();
    expect(() => parseCheckpoint({ ...storedCheckpoint(), lanes: text })).toThrow(
      expect.objectContaining({ code: 'TASK_MISMATCH' }),
    );
  });

  it('names keys of the tool, each in a slot of its lane and another one in each generation', () => {
    for (const name of laneNames(INDEX)) {
      const key = Buffer.from(laneKey('a:{task}', name));
      expect(isOwnKey(key, 0, key.length)).toBe(true);
      expect(keySlot(key)).toBe(laneSlot(name));
    }
    const keys = [1, 2].map((generation) => laneKey('t', { generation, tag: 'a' }));
    expect(keys).toEqual(['lockstep:{a}:lane:1:t', 'lockstep:{a}:lane:2:t']);
  });

  it('goes on after every generation that it knows of', () => {
    expect(nextGeneration(undefined)).toBe(1);
    expect(nextGeneration(INDEX)).toBe(5);
    expect(nextGeneration({ ...INDEX, leftOvers: [] })).toBe(4);
  });
});

describe('the index of the lanes of a part', () => {
  const SLOTS_OF_PART = SlotSet.parse('0-99,200')!;
  const text = `2 0-99=${slotTag(3)} 200=${slotTag(200)}`;
  const read = (some: Parameters<typeof storedCheckpoint>[0], lanes = text): unknown =>
    parseCheckpoint({ ...storedCheckpoint(some), lanes })?.lanes?.lanes.length;

  it('has each of its slots, and comes back as it was written', () => {
    const index = parseLaneIndex(text, SLOTS_OF_PART)!;
    expect(formatLaneIndex(index)).toBe(text);
    const slots = SLOTS_OF_PART;
    expect(parseCheckpoint(storedCheckpoint({ slots, lanes: index }))).toMatchObject({ slots, lanes: index });
    expect(parseLaneIndex(text)).toBeUndefined();
  });

  it('may have more, as long as slots that went are not taken out of it', () => {
    expect(read({ slots: SlotSet.parse('7-12') })).toBe(2);
    expect(read({ slots: SlotSet.of([]) })).toBe(2);
  });

  it('is refused without one of them, but for a copy that has not divided them anew', () => {
    const slots = SlotSet.parse('0-99,200,300');
    expect(() => read({ slots })).toThrow(expect.objectContaining({ code: 'TASK_MISMATCH' }));
    expect(() => read({ slots, state: 'complete' })).toThrow(
      expect.objectContaining({ code: 'TASK_MISMATCH' }),
    );
    expect(read({ slots, state: 'copying' })).toBe(2);
    expect(() => read({ state: 'copying' })).toThrow(expect.objectContaining({ code: 'TASK_MISMATCH' }));
  });

  it('is refused with a slot in two lanes, whatever the slots of the part', () => {
    const doubled = `1 0-100=${slotTag(3)} 100-200=${slotTag(200)}`;
    expect(parseLaneIndex(doubled, SlotSet.of([]))).toBeUndefined();
  });
});
