import { expect, it } from 'vitest';
import { DatabaseChoice } from '../../../../../electron/engine/commands/database-choice.ts';
import { NO_EXPIRY } from '../../../../../electron/engine/protocol/rdb/events.ts';
import { keySlot } from '../../../../../electron/engine/router/key-slot.ts';
import { SlotSet } from '../../../../../electron/engine/router/slot-set.ts';
import { KeyChoice, type Chosen } from '../../../../../electron/engine/writer/copy/key-choice.ts';

const TAKEN_AT = 1_700_000_000_000;
const KEY = Buffer.from('k');

function chosen(primaryClock: boolean, follows: boolean): string {
  const databases = new DatabaseChoice(undefined);
  const choice = new KeyChoice({ databases, follows, primaryClock, beganAtMs: TAKEN_AT });
  choice.takenAtMs = TAKEN_AT;
  return choice.choose(KEY, 0, 1, TAKEN_AT - 1);
}

it('takes only a primary’s word for it that a key has expired, while commands that extend it may follow', () => {
  expect(chosen(true, true)).toBe('expired');
  expect(chosen(false, true)).toBe('taken');
  expect(chosen(false, false)).toBe('expired');
});

it('takes the keys of its slots alone, by their hash tag where they have one', () => {
  const databases = new DatabaseChoice(undefined);
  const slots = SlotSet.where((slot) => slot === keySlot(KEY));
  const choice = new KeyChoice({ databases, slots, follows: true, primaryClock: true, beganAtMs: 0 });
  const chosenOf = (text: string): Chosen => {
    const buf = Buffer.from(`<${text}>`);
    return choice.choose(buf, 1, buf.length - 1, NO_EXPIRY);
  };
  expect(['k', '{k}1', 'other', 'k{other}'].map(chosenOf)).toEqual(['taken', 'taken', 'skipped', 'skipped']);
});
