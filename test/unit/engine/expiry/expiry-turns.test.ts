import { beforeEach, describe, expect, it } from 'vitest';
import { ExpiryTurns, type ExpiryOutlook } from '../../../../electron/engine/expiry/expiry-turns.ts';
import { EXPIRY_STATES, leastBound } from '../../../../shared/model/expiry-machine.ts';

const SMALL_MS = 60_000;
const IN_STEP: ExpiryOutlook = {
  state: 'long',
  smallMs: SMALL_MS,
  lagMs: 1000,
  paused: false,
  certain: true,
};

let turns: ExpiryTurns;
beforeEach(() => {
  turns = new ExpiryTurns();
});

/** What it says each second of this time. */
const seconds = (from: number, to: number, outlook: Partial<ExpiryOutlook> = {}): unknown[] =>
  Array.from({ length: to - from + 1 }, (_, i) => turns.next({ ...IN_STEP, ...outlook }, (from + i) * 1000));

describe('a target with the long bound', () => {
  it('turns to the small one after it was in step for 5 s without a break', () => {
    expect(seconds(0, 4)).toEqual(Array(5).fill(undefined));
    expect(seconds(5, 5, { lagMs: 16_000 })).toEqual([undefined]);
    expect(seconds(6, 10)).toEqual(Array(5).fill(undefined));
    expect(seconds(11, 11)).toEqual(['in-step']);
  });

  it.each<[string, Partial<ExpiryOutlook>]>([
    ['paused', { paused: true }],
    ['of which the lag is not certain', { certain: false }],
    ['of which the lag is not known', { lagMs: Infinity }],
    ['that is behind', { lagMs: SMALL_MS / 3 }],
  ])('and %s stays there', (_what, outlook) => {
    expect(seconds(0, 60, outlook)).toEqual(Array(61).fill(undefined));
  });

  it('waits twice as long each time after it fell behind, and 10 minutes at most', () => {
    turns.fellBehind();
    expect(seconds(0, 9)).toEqual(Array(10).fill(undefined));
    expect(seconds(10, 10)).toEqual(['in-step']);
    for (let i = 0; i < 20; i++) turns.fellBehind();
    expect(seconds(20, 619)).toEqual(Array(600).fill(undefined));
    expect(seconds(620, 620)).toEqual(['in-step']);
  });
});

describe('a target of which a key may be small late', () => {
  const small = EXPIRY_STATES.filter((state) => leastBound(state) === 'small');

  it.each(small)(
    'turns to the long bound as %s when it is paused, behind by a third, or nobody knows',
    (state) => {
      for (const outlook of [
        { paused: true },
        { certain: false },
        { lagMs: SMALL_MS / 3 + 1 },
        { lagMs: Infinity },
      ])
        expect(seconds(0, 0, { state, ...outlook })).toEqual(['lagging']);
    },
  );

  it('goes on to the long bound when it was on its way there', () => {
    expect(seconds(0, 0, { state: 'lengthening' })).toEqual(['lagging']);
    expect(seconds(0, 60, { state: 'small' })).toEqual(Array(61).fill(undefined));
    expect(seconds(0, 60, { state: 'shortening' })).toEqual(Array(61).fill(undefined));
  });
});

it('a target whose expiry is exact, or on its way there, is not turned', () => {
  for (const state of ['exact', 'holding', 'releasing'] as const)
    expect(seconds(0, 10, { state })).toEqual(Array(11).fill(undefined));
});
