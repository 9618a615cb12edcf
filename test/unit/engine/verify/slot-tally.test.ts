import { expect, it } from 'vitest';
import { SlotTally } from '../../../../electron/engine/verify/slot-tally.ts';

it('sums up by any ranges of slots, and counts a slot anew', () => {
  const tally = new SlotTally(true);
  for (const slot of [0, 5, 5, 16383]) tally.compared[slot]! += 1;
  tally.sourceKeys[5] = 3;
  expect(tally.sum([{ first: 0, last: 5 }])).toEqual({
    sourceKeys: 3,
    targetKeys: 0,
    compared: 3,
    differing: 0,
  });
  expect(tally.sum([{ first: 1, last: 4 }]).compared).toBe(0);
  const other = new SlotTally(true);
  other.compared[5] = 10;
  other.differing[16383] = 1;
  tally.add(other);
  expect(tally.sum()).toEqual({ sourceKeys: 3, targetKeys: 0, compared: 14, differing: 1 });
  tally.clear(5);
  expect(tally.sum()).toEqual({ sourceKeys: 0, targetKeys: 0, compared: 2, differing: 1 });
});

it('has one cell where there are no slots', () => {
  const tally = new SlotTally(false);
  tally.targetKeys[0] = 7;
  expect([tally.compared.length, tally.sum().targetKeys]).toEqual([1, 7]);
});
