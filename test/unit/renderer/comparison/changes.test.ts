import { expect, test } from 'vitest';
import { canBeCompared, changesBetween } from '../../../../renderer/comparison/changes.ts';
import { choiceForm, choiceOf } from '../../../../renderer/comparison/choice-form.ts';
import { fitted } from '../../../../renderer/comparison/map/node-words.ts';
import { stepOf } from '../../../../renderer/comparison/map/drift-scale.ts';
import { report } from '../../../support/page/task-figures/comparison.ts';
import type { CompareReport } from '../../../../shared/model/comparison.ts';

const withKeys = (keys: readonly string[], total = keys.length): CompareReport => ({
  ...report(0),
  differencesTotal: total,
  differences: keys.map((key) => ({ db: 0, key, kind: 'value', source: '', target: '' })),
});

test('what is new, what is gone, and whether that is exact', () => {
  const changes = changesBetween(withKeys(['a', 'b', 'c']), withKeys(['c', 'd']));
  expect(changes).toMatchObject({
    fresh: [{ key: 'd' }],
    gone: [{ key: 'a' }, { key: 'b' }],
    still: 1,
    exact: true,
  });
  expect(changesBetween(withKeys(['a'], 9), withKeys(['a'])).exact).toBe(false);
  expect(canBeCompared({ level: 'names' }, { level: 'values' })).toBe(false);
  expect(canBeCompared({ level: 'sample' }, { level: 'sample' })).toBe(false);
  expect(canBeCompared({ level: 'names' }, { level: 'names' })).toBe(true);
});

test('a choice is what was asked for the last time, and nothing where the sample has no size', () => {
  const last = { level: 'sample', sample: { share: 0.05 }, delimiter: '/' } as const;
  expect(choiceForm(last)).toMatchObject({ level: 'sample', size: 5, unit: 'percent', delimiter: '/' });
  expect(choiceOf(choiceForm(last))).toEqual(last);
  expect(choiceOf({ ...choiceForm(last), size: null })).toBeUndefined();
  expect(choiceOf({ ...choiceForm(last), size: 101 })).toBeUndefined();
  expect(choiceOf({ ...choiceForm(last), unit: 'keys', size: 1.5 })).toBeUndefined();
  expect(choiceOf({ ...choiceForm(last), level: 'count', size: null })).toEqual({ level: 'count' });
  expect(choiceOf(choiceForm(null))).toEqual({ level: 'values' });
});

test('a label is cut in its middle, a share has the colour of its size and sign', () => {
  expect(fitted('customer-orders-2031:', 12)).toBe('custom…2031:');
  expect(fitted('short:', 12)).toBe('short:');
  expect(fitted('customer', 3)).toBe('');
  expect([0, 0.0005, -0.005, 0.05, -0.5, 1].map(stepOf)).toEqual([0, 1, -2, 3, -4, 4]);
});
