import { describe, expect, it } from 'vitest';
import { parseSort, placeOf, sortedElements } from '../../../../electron/engine/commands/sort-options.ts';

const given = (line: string): Buffer[] => line.split(' ').map((word) => Buffer.from(word));
const all = (words: readonly (Buffer | null)[]): string => words.map((word) => word ?? '-').join(' ');

it('takes SORT apart', () => {
  expect(parseSort(given('SORT k by w_*->f LIMIT 2 -1 get # GET o_* DESC alpha STORE d'))).toEqual({
    ...{ descending: true, alpha: true, offset: 2, count: -1, by: Buffer.from('w_*->f'), unsorted: false },
    ...{ gets: given('# o_*'), store: 14 },
  });
  expect(parseSort(given('SORT k BY nosort'))).toMatchObject({ unsorted: true, gets: [], store: 0 });
});

it.each([
  ['w_*', 'w_1'],
  ['*', '1'],
  ['w_*_x*', 'w_1_x*'],
  ['w_*->f', 'w_1 f'],
  ['w_*x->f->g', 'w_1x f->g'],
  ['w_*->', 'w_1->'],
  ['a->b*', 'a->b1'],
  ['none', 'none at all'],
])('%s leads to %s', (pattern, expected) => {
  const place = placeOf(Buffer.from(pattern), Buffer.from('1'));
  const told = place && [place.key, ...(place.field ? [place.field] : [])].join(' ');
  expect(told ?? 'none at all').toBe(expected);
});

describe('the order', () => {
  const sorted = (elements: string, line: string, weights?: readonly (string | null)[]): string =>
    all(
      sortedElements(
        given(elements),
        weights?.map((one) => (one === null ? null : Buffer.from(one))),
        parseSort(given(`SORT k ${line}`)),
      ),
    );

  it.each([
    [
      'is that of numbers, and of texts where these are the same',
      '10 9 2.5 -3 9.0',
      'STORE d',
      '-3 2.5 9 9.0 10',
    ],
    ['knows what strtod knows', '0x10 inf -inf 1e1', 'STORE d', '-inf 1e1 0x10 inf'],
    ['is that of bytes', 'b B a ü', 'ALPHA STORE d', 'B a b ü'],
    ['may be turned', '1 3 2', 'DESC STORE d', '3 2 1'],
    ['may be left, or only turned', '1 3 2', 'BY no DESC STORE d', '2 3 1'],
    ['is that of which a part is taken', '4 3 2 1', 'LIMIT 1 2 STORE d', '2 3'],
    ['has nothing behind its end', '4 3', 'LIMIT 5 2 STORE d', ''],
    ['may begin before its beginning', '4 3', 'LIMIT -5 1 STORE d', '3'],
  ])('%s', (_, elements, line, expected) => {
    expect(sorted(elements, line)).toBe(expected);
  });

  it('is that of weights: none is nought among numbers, and comes first among texts', () => {
    expect(sorted('a b c', 'BY w* STORE d', ['1', null, '-1'])).toBe('c b a');
    expect(sorted('a b c', 'BY w* ALPHA STORE d', ['x', 'X', null])).toBe('c b a');
    expect(sorted('a b c', 'BY w* ALPHA DESC STORE d', ['x', 'x', 'y'])).toBe('c a b');
  });
});
