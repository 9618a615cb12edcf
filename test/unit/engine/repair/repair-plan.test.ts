import { describe, expect, it } from 'vitest';
import { fits, type RepairPlan } from '../../../../electron/engine/repair/repair-plan.ts';
import type { SourceFeed } from '../../../../electron/engine/intake/source-feed.ts';
import { checkpointWith } from '../../../support/target/checkpoints.ts';

const AMOUNTS = { smallMs: 60_000, longMs: 86_400_000 };
const feed = { replid: 'abc', cursor: {} } as SourceFeed;
const made: unknown = {
  ...{ epoch: 7, bound: 'long', amounts: AMOUNTS, fromOffset: 100, replid: 'abc', cursor: feed.cursor },
  stages: [{ offset: 200 }],
};
const plan = made as RepairPlan;
const after = checkpointWith({ epoch: 8, offset: 150, expiry: 'small', amounts: AMOUNTS });

describe('a plan that was made before the connection broke', () => {
  it('holds where the stream goes on within it', () => {
    expect(fits(plan, after, feed)).toBe(true);
    for (const some of [{ offset: 99 }, { offset: 201 }, { epoch: 7 }])
      expect(fits(plan, { ...after, ...some }, feed)).toBe(false);
  });

  it('holds no longer where times are late by other amounts, or are exact, or no longer', () => {
    expect(fits(plan, { ...after, amounts: { ...AMOUNTS, longMs: 2 * AMOUNTS.longMs } }, feed)).toBe(false);
    expect(fits(plan, { ...after, expiry: 'imported' }, feed)).toBe(false);
    const exact: RepairPlan = { ...plan, bound: 'exact' };
    expect(fits(exact, after, feed)).toBe(false);
    expect(fits(exact, { ...after, expiry: 'imported' }, feed)).toBe(true);
  });
});
