import { expect, it } from 'vitest';
import { DatabaseChoice } from '../../../../electron/engine/commands/database-choice.ts';

it('takes all databases when none is chosen', () => {
  for (const choice of [new DatabaseChoice(undefined), new DatabaseChoice([])]) {
    expect([choice.includes(0), choice.includes(9999)]).toEqual([true, true]);
    expect(choice.chosen).toBeUndefined();
    expect(String(choice)).toBe('all');
  }
});

it('takes those that are chosen, and is told the same however they were given', () => {
  const choice = new DatabaseChoice([10, 3, 0, 3]);
  expect([0, 1, 3, 10, 11].map((db) => choice.includes(db))).toEqual([true, false, true, true, false]);
  expect(String(choice)).toBe('0,3,10');
  expect(String(new DatabaseChoice([3, 10, 0]))).toBe(String(choice));
});

it('gives every database of the source one number of the target, and back', () => {
  const choice = new DatabaseChoice(
    [3, 5, 7],
    [
      { from: 3, into: 0 },
      { from: 5, into: 3 },
    ],
  );
  expect([3, 5, 7].map((db) => choice.targetDb(db))).toEqual([0, 3, 7]);
  expect([0, 3, 7].map((db) => choice.sourceDb(db))).toEqual([3, 5, 7]);
  expect([3, 5, 7].every((db) => choice.takes(db))).toBe(true);
  expect([0, 1, 2, 4, 6].some((db) => choice.takes(db))).toBe(false);
  const all = Array.from({ length: 10 }, (_, db) => db);
  expect(all.map((db) => choice.targetDb(db)).toSorted((a, b) => a - b)).toEqual(all);
  expect(all.map((db) => choice.sourceDb(choice.targetDb(db)))).toEqual(all);
});

it('is told as it was given, and read from that', () => {
  for (const text of ['all', '0', '0,3', '3:0', '0:3,3:0', '0,3:1,5'])
    expect(String(DatabaseChoice.parse(text))).toBe(text);
  expect(String(new DatabaseChoice([3], [{ from: 3, into: 3 }]))).toBe('3');
});

it('meets another task where both write to a database of the target', () => {
  const choice = DatabaseChoice.parse('3:0');
  expect(choice.overlaps(DatabaseChoice.parse('0'))).toBe(true);
  expect(choice.overlaps(DatabaseChoice.parse('0:3'))).toBe(false);
  expect(choice.overlaps(DatabaseChoice.parse('3'))).toBe(false);
  expect(choice.overlaps(DatabaseChoice.parse('all'))).toBe(true);
});

it('is the same without other numbers for what has those of the target', () => {
  expect(String(DatabaseChoice.parse('3:0,5').byTarget)).toBe('0,5');
  expect(String(DatabaseChoice.parse('3,5').byTarget)).toBe('3,5');
});

it.each(['', '3:', 'x', '0,,1', '3:0,4:0', '3:1,3:2'])('refuses the text "%s" of a checkpoint', (text) => {
  expect(() => DatabaseChoice.parse(text)).toThrow(/the checkpoint is damaged: its databases/);
});
