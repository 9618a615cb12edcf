import { expect, test } from 'vitest';
import { keySlot, SLOTS } from '../../../../electron/engine/router/key-slot.ts';
import { slotTag } from '../../../../electron/engine/router/slot-tag.ts';

test('every slot has a short tag of its own, and a key with it lies there', () => {
  const seen = new Set<string>();
  for (let slot = SLOTS - 1; slot >= 0; slot--) {
    const tag = slotTag(slot);
    expect(tag).toMatch(/^[0-9a-z]{1,4}$/);
    expect(keySlot(Buffer.from(`lockstep:{${tag}}:lane:a{b}c`))).toBe(slot);
    seen.add(tag);
  }
  expect(seen.size).toBe(SLOTS);
});

test('the tag of a slot is the same whichever was asked for before', () => {
  expect(slotTag(keySlot(Buffer.from('0')))).toBe('0');
  expect(slotTag(keySlot(Buffer.from('z')))).toBe('z');
});

test.each([-1, SLOTS, 1.5, Number.NaN])('%s is no slot', (slot) => {
  expect(() => slotTag(slot)).toThrow(RangeError);
});
