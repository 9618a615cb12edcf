import { expect, it } from 'vitest';
import { noteOf, noteWith, writesSince } from '../../../../electron/engine/control/write-mark.ts';

const HISTORY = 'run/replid';
const mark = (writes: number): { history: string; writes: number } => ({ history: HISTORY, writes });

it('writes of ours that follow a note are none of others', () => {
  const note = noteWith(noteOf([mark(10)], 1), 2);
  expect(writesSince(note, [mark(13)])).toBe('none');
  expect(writesSince(note, [mark(14)])).toBe('some');
  expect(writesSince(note, [{ ...mark(13), history: 'another/one' }])).toBe('unknown');
});

it('what could not be told stays so', () => {
  expect(noteWith(noteOf([undefined], 1), 2)).toBe(noteOf([undefined], 1));
  expect(writesSince(noteWith(noteOf([undefined], 1), 2), [mark(3)])).toBe('unknown');
});

it('every server of a target counts, the one with the checkpoint by our own writes as well', () => {
  const other = { history: 'other/replid', writes: 5 };
  const note = noteWith(noteOf([mark(10), other], 1), 2);
  expect(writesSince(note, [other, mark(13)])).toBe('none');
  expect(writesSince(note, [mark(13), { ...other, writes: 6 }])).toBe('some');
  // One has been replaced, is gone, or has come.
  expect(writesSince(note, [mark(13), { history: 'third/replid', writes: 5 }])).toBe('unknown');
  expect(writesSince(note, [mark(13)])).toBe('unknown');
  expect(writesSince(note, [mark(13), other, { history: 'third/replid', writes: 0 }])).toBe('unknown');
  expect(writesSince(noteOf([mark(10), undefined], 1), [mark(11), other])).toBe('unknown');
});
