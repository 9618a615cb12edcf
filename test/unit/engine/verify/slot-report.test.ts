import { expect, it } from 'vitest';
import { slotReport } from '../../../../electron/engine/verify/slot-report.ts';
import { SlotTally } from '../../../../electron/engine/verify/slot-tally.ts';
import { MOST_SLOT_RANGES, slotReportSchema } from '../../../../shared/model/comparison.ts';

const ofSource = (slot: number): string => (slot < 8192 ? 'a:1' : 'b:1');
const ofTarget = (slot: number): string => (slot < 4000 || slot >= 12_000 ? 'x:1' : 'y:1');

function differingIn(...slots: readonly number[]): SlotTally {
  const tally = new SlotTally(true);
  tally.compared.fill(10);
  tally.sourceKeys.fill(10);
  tally.targetKeys.fill(10);
  for (const slot of slots) tally.differing[slot]! += 1;
  return tally;
}

it('names the ranges of one shard on either side in which keys differ, and their slots', () => {
  const report = slotReport(differingIn(3999, 4000, 4000, 16_383), { ofSource, ofTarget });
  expect(report.ranges).toEqual([
    { slots: '0-3999', source: 'a:1', target: 'x:1', ...counts(4000, 1) },
    { slots: '4000-8191', source: 'a:1', target: 'y:1', ...counts(4192, 2) },
    { slots: '12000-16383', source: 'b:1', target: 'x:1', ...counts(4384, 1) },
  ]);
  expect(report.differing).toEqual([
    { slot: 3999, keys: 1 },
    { slot: 4000, keys: 2 },
    { slot: 16_383, keys: 1 },
  ]);
});
const counts = (slots: number, differing: number): object => ({
  ...{ sourceKeys: slots * 10, targetKeys: slots * 10, compared: slots * 10, differing },
});

it('goes by the other side alone where one is a standalone server', () => {
  const { ranges } = slotReport(differingIn(1), { ofSource: () => null, ofTarget });
  expect(ranges).toMatchObject([{ slots: '0-3999', source: null, target: 'x:1' }]);
});

it('has nothing to tell of sides that are equal', () => {
  expect(slotReport(differingIn(), { ofSource, ofTarget })).toEqual({
    ranges: [],
    rangesTotal: 0,
    differing: [],
  });
});

it('is bounded where every other slot has another owner, and all keys differ', () => {
  const all = Array.from({ length: 16_384 }, (_, slot) => slot);
  const report = slotReport(differingIn(...all), { ofSource: (slot) => `n${slot % 2}`, ofTarget });
  expect([report.ranges.length, report.rangesTotal, report.differing.length]).toEqual([
    MOST_SLOT_RANGES,
    16_384,
    16_384,
  ]);
  expect(slotReportSchema.safeParse(report).success).toBe(true);
});
