import { describe, expect, it } from 'vitest';
import { keptSets } from '../../../../electron/engine/checkpoint/kept-sets.ts';
import {
  formatKeptSlots,
  keptId,
  keptIdIn,
  keptSlotKey,
  parseKeptSlots,
  WHOLE,
} from '../../../../electron/engine/checkpoint/kept-slots.ts';
import { isOwnKey } from '../../../../electron/engine/commands/own-keys.ts';
import { keySlot } from '../../../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../../../electron/engine/router/slot-set.ts';

const SLOTS = SlotSet.of([
  { first: 0, last: 99 },
  { first: 200, last: 200 },
]);

describe('where names of a cluster’s own keys are', () => {
  it('is written down, and read again', () => {
    const text = formatKeptSlots({ id: '0123abcd', slots: SLOTS });
    expect(text).toBe('0123abcd 0-99,200');
    const read = parseKeptSlots(text)!;
    expect([read.id, read.slots.equals(SLOTS)]).toEqual(['0123abcd', true]);
    expect(parseKeptSlots('0123abcd -')!.slots.size).toBe(0);
  });

  it.each(['', '0123abcd', '0123abcd 0-', 'x 0-99', '0123abcd 0-16384', '0123abc 1'])(
    'is not "%s"',
    (text) => {
      expect(parseKeptSlots(text)).toBeUndefined();
    },
  );

  it.each([0, 200, 16_383])('is a set in slot %i itself, told by its run and its task', (slot) => {
    const id = keptId('0123abcd-0000-4000-8000-000000000000');
    const key = Buffer.from(keptSlotKey('a:b', id, slot));
    expect(keySlot(key)).toBe(slot);
    expect(isOwnKey(key, 0, key.length)).toBe(true);
    expect(keptIdIn('a:b', key)).toBe('0123abcd');
    expect(keptIdIn('b', key)).toBeUndefined();
  });

  it('is none of a lane, or of one server', () => {
    for (const key of ['lockstep:{a}:lane:1:t', 'lockstep:{tasks}:kept:t', '{a}:kept:0123abcd:t'])
      expect(keptIdIn('t', Buffer.from(key))).toBeUndefined();
  });

  it('is a set for names of slots that have one, and never for the tool’s own', () => {
    const sets = keptSets('t', { kept: true, keptSlots: { id: '0123abcd', slots: SLOTS } })!;
    const names = Array.from({ length: 400 }, (_, n) => Buffer.from(`name:${n}`));
    for (const name of names) {
      const slot = keySlot(name);
      expect(sets.of(name)).toBe(SLOTS.has(slot) ? keptSlotKey('t', '0123abcd', slot) : undefined);
    }
    const all = keptSets('t', {
      kept: true,
      keptSlots: { id: '0123abcd', slots: SlotSet.where(() => true) },
    })!;
    expect(all.of(Buffer.from(WHOLE))).toBeUndefined();
    expect(keptSets('t', { kept: false })).toBeUndefined();
    expect(keptSets('t', { kept: true })!.of(names[0]!)).toBe('lockstep:{tasks}:kept:t');
  });
});
