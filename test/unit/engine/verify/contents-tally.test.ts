import { expect, it } from 'vitest';
import { ContentsTally } from '../../../../electron/engine/verify/contents/contents-tally.ts';
import {
  contentsSchema,
  MOST_KINDS,
  MOST_LARGEST,
  SIZE_STEPS_BYTES,
} from '../../../../shared/model/contents.ts';

const key = (n: number, change: Partial<Parameters<ContentsTally['count']>[0]> = {}) => ({
  ...{ db: 0, key: Buffer.from(`k${n}`), type: 'string', encoding: 'raw', bytes: 10, ttlMs: -1 },
  ...change,
});
const tallyOf = (...keys: readonly Parameters<ContentsTally['count']>[0][]) => {
  const tally = new ContentsTally();
  for (const one of keys) tally.count(one);
  const told = tally.told();
  expect(contentsSchema.parse(told)).toEqual(told);
  return told;
};

it('a key counts for the first step that it does not pass', () => {
  const [first, second] = SIZE_STEPS_BYTES;
  const { sizes, expiry, withoutExpiry } = tallyOf(
    key(1, { bytes: first, ttlMs: 60_000 }),
    key(2, { bytes: first + 1, ttlMs: 60_001 }),
    key(3, { bytes: second, ttlMs: 0 }),
    key(4, { bytes: 1024 ** 3, ttlMs: 365 * 86_400_000 }),
    key(5),
  );
  expect(sizes.map(({ keys }) => keys)).toEqual([2, 2, 0, 0, 0, 0, 1]);
  expect(expiry.map(({ keys }) => keys)).toEqual([2, 1, 0, 0, 0, 1]);
  expect(withoutExpiry).toBe(1);
});

it('the largest keys are kept, largest first, and one that is met twice once', () => {
  const many = Array.from({ length: 3000 }, (_, n) => key(n, { bytes: (n * 7919) % 3001 }));
  const { largest } = tallyOf(
    ...many,
    many[1]!,
    key(5, { db: 3, bytes: 9000 }),
    key(5, { bytes: 9001 }),
    key(5, { bytes: 9002 }),
  );
  expect(largest).toHaveLength(MOST_LARGEST);
  expect(largest.slice(0, 2)).toMatchObject([
    { db: 0, key: 'k5', bytes: 9002 },
    { db: 3, key: 'k5', bytes: 9000 },
  ]);
  const sizes = largest.map(({ bytes }) => bytes);
  expect(sizes).toEqual(sizes.toSorted((a, b) => b - a));
  expect(new Set(largest.map(({ db, key: name }) => `${db} ${name}`)).size).toBe(MOST_LARGEST);
});

it('types and encodings are told up to a bound, and slots in bands', () => {
  const told = tallyOf(...Array.from({ length: MOST_KINDS + 9 }, (_, n) => key(n, { type: `module-${n}` })));
  expect(told.types).toHaveLength(MOST_KINDS + 1);
  expect(told.types.find(({ type }) => type === 'other')).toMatchObject({ keys: 9, bytes: 90 });
  expect(told.encodings.find(({ type }) => type === 'other')).toMatchObject({ keys: 9 });
  const { slots } = tallyOf(key(1, { key: Buffer.from('{a}1') }), key(2, { key: Buffer.from('{a}2') }));
  expect(slots).toMatchObject({ used: 1, fullest: [{ slot: 15_495, keys: 2 }] });
  expect(slots.bands[Math.floor(15_495 / 128)]).toBe(2);
});
