import { expect, it } from 'vitest';
import { noteOf, noteWith, writesSince } from '../../../../electron/engine/control/write-mark.ts';

const HISTORY = 'run/replid';
const mark = (writes: number): { history: string; writes: number } => ({ history: HISTORY, writes });

it('writes of ours that follow a note are none of others', () => {
  const note = noteWith(noteOf(mark(10), 1), 2);
  expect(writesSince(note, mark(13))).toBe('none');
  expect(writesSince(note, mark(14))).toBe('some');
  expect(writesSince(note, { ...mark(13), history: 'another/one' })).toBe('unknown');
});

it('what could not be told stays so', () => {
  expect(noteWith(noteOf(undefined, 1), 2)).toBe(noteOf(undefined, 1));
  expect(writesSince(noteWith(noteOf(undefined, 1), 2), mark(3))).toBe('unknown');
});
