import fc from 'fast-check';
import { expect, it } from 'vitest';
import { sameData } from '../../../../renderer/task/same-data.ts';

it('holds for copies', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      expect(sameData(value, structuredClone(value))).toBe(true);
    }),
  );
});

it.each([
  [{ a: 1 }, { a: 2 }],
  [{ a: 1 }, { a: 1, b: undefined }],
  [{ a: undefined }, { b: undefined }],
  [
    [1, 2],
    [1, 2, 3],
  ],
  [[], {}],
  [null, {}],
  [{ a: { b: [1] } }, { a: { b: ['1'] } }],
])('tells %j from %j', (a, b) => {
  expect(sameData(a, b)).toBe(false);
  expect(sameData(b, a)).toBe(false);
});
