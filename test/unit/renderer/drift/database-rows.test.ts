import { expect, it } from 'vitest';
import { databaseTable } from '../../../../renderer/drift/database-rows.ts';
import { driftFigure, driftWords, VERDICT_WORDS } from '../../../../renderer/drift/verdict-words.ts';
import { driftVerdictSchema } from '../../../../shared/model/task-view.ts';

it('sorts, subtracts, and adds differences without regard to sign', () => {
  const { rows, sums } = databaseTable([
    { db: 3, sourceKeys: 50, sourceExpires: 5, targetKeys: 53, targetExpires: 4 },
    { db: 0, sourceKeys: 100, sourceExpires: 10, targetKeys: 95, targetExpires: 12 },
  ]);
  expect(
    rows.map(({ db, permanentDifference, expiringDifference }) => [
      db,
      permanentDifference,
      expiringDifference,
    ]),
  ).toEqual([
    [0, 7, -2],
    [3, -4, 1],
  ]);
  expect(sums).toEqual({
    sourceKeys: 150,
    sourceExpires: 15,
    targetKeys: 148,
    targetExpires: 16,
    permanentDifference: 11,
    expiringDifference: 3,
  });
});

it('has words for every verdict, and green is for 0 alone', () => {
  for (const verdict of driftVerdictSchema.options) {
    expect(VERDICT_WORDS[verdict].title).not.toBe('');
    const at = (difference: number | null) =>
      driftFigure({ verdict, difference, expiringDifference: 0, lastZeroAtMs: null });
    // Equal counts of a target that has evicted keys prove nothing.
    expect(at(0)).toEqual({ value: '0', tone: verdict === 'evicted' ? 'bad' : 'good' });
    expect(at(null).value).toBe('–');
  }
  expect(
    driftFigure({ verdict: 'real', difference: 1234, expiringDifference: 0, lastZeroAtMs: null }),
  ).toEqual({ value: '1,234', tone: 'bad' });
});

it('no longer calls a difference of a task in step harmless when it lasts', () => {
  const drift = { verdict: 'in-flight', difference: 150, expiringDifference: 0, lastZeroAtMs: 1000 } as const;
  expect(driftWords(drift, 'in-step', 61_000)).toBe(VERDICT_WORDS['in-flight']);
  expect(driftWords(drift, 'in-step', 61_001).tone).toBe('warn');
  expect(driftWords(drift, 'catching-up', 900_000)).toBe(VERDICT_WORDS['in-flight']);
  expect(driftWords({ ...drift, lastZeroAtMs: null }, 'in-step', 900_000)).toBe(VERDICT_WORDS['in-flight']);
});
