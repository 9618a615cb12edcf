import { expect, test } from 'vitest';
import { describeSample } from '../../../../shared/format/sample-words.ts';
import { proportionBound } from '../../../../shared/model/proportion-bound.ts';

const said = (differing: number, keys: number, share = 0.01): string =>
  describeSample({
    ...{ share, keys, differing, confidence: 0.99 },
    ...proportionBound(differing, keys, 0.99),
  });

test('a sample claims no more than it knows: shares are rounded away from what was found', () => {
  expect(said(0, 20_000)).toBe(
    'No difference in 20,000 keys that chance has chosen: at most 0.024 % of all keys differ, 99 % sure',
  );
  expect(said(10, 100)).toBe(
    '10 differences in 100 keys that chance has chosen: 3.8 % to 21 % of all keys differ, 99 % sure',
  );
  expect(said(1, 1)).toContain('1 difference in 1 key that chance has chosen: 1.0 % to 100 % of all keys');
  expect(said(0, 0)).toBe('No key was in the sample, so it says nothing: take a larger one');
  expect(said(0, 500, 1)).toBe('No difference in 500 keys, which is all of them');
});
