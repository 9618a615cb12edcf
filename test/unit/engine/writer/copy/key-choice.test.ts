import { expect, it } from 'vitest';
import { DatabaseChoice } from '../../../../../electron/engine/commands/database-choice.ts';
import { KeyChoice } from '../../../../../electron/engine/writer/copy/key-choice.ts';

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
