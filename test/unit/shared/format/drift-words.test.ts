import { expect, it } from 'vitest';
import { driftFigure, SAYING_WORDS } from '../../../../shared/format/drift-words.ts';
import { DRIFT_SAYINGS } from '../../../../shared/model/drift-saying.ts';

it('has words for all that can be said', () => {
  for (const saying of DRIFT_SAYINGS)
    for (const words of Object.values(SAYING_WORDS[saying])) expect(words).not.toBe('');
});

it('says by its sign which side has more', () => {
  const of = (difference: number | null, more: 'source' | 'target' | 'both' | null): string =>
    driftFigure({ saying: 'real', tone: 'bad', difference, more });
  expect([of(1234, 'source'), of(1234, 'target'), of(12, 'both'), of(0, null), of(null, null)]).toEqual([
    '+1,234',
    '−1,234',
    '±12',
    '0',
    '–',
  ]);
});
