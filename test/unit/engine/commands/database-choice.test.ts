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
