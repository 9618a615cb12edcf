import type { PrefixCounts, PrefixReport } from '../../../../shared/model/comparison.ts';

type Row = readonly [
  prefix: string,
  depth: number,
  source: number,
  target: number,
  missing: number,
  extra: number,
  value: number,
  bytes: number,
  sizedKeys: number,
];

/** In each prefix first its keys, last what they take: few large ones, and many small ones. */
const ROWS: readonly Row[] = [
  ['', 0, 6_137_068, 6_137_066, 6, 4, 5, 9_812_400_000, 1170],
  ['session:', 1, 4_800_000, 4_799_996, 4, 0, 0, 620_400_000, 200],
  ['user:', 1, 1_300_000, 1_300_002, 2, 4, 5, 1_492_000_000, 600],
  ['user:*:', 2, 1_299_000, 1_299_000, 2, 2, 5, 1_490_000_000, 400],
  ['user:*:cart:', 3, 649_000, 649_000, 0, 0, 3, 1_100_000_000, 200],
  ['user:*:name:', 3, 650_000, 650_000, 2, 2, 2, 390_000_000, 200],
  ['user:new:', 2, 1000, 1002, 0, 2, 0, 2_000_000, 200],
  ['feed:', 1, 37_000, 37_000, 0, 0, 0, 7_400_000_000, 200],
  ['flag:', 1, 68, 68, 0, 0, 0, 300_000_000, 68],
];

export const prefixReport = (measured = true): PrefixReport => ({
  delimiters: [{ db: 0, delimiter: ':' }],
  unlistedKeys: 0,
  exact: true,
  prefixes: ROWS.map(
    ([prefix, depth, sourceKeys, targetKeys, missing, extra, value, bytes, sizedKeys]): PrefixCounts => ({
      ...{ db: 0, prefix, depth, pattern: prefix.endsWith('*:') },
      ...{ sourceKeys, targetKeys, missing, extra, value, type: 0, expiry: 0 },
      ...(measured && { bytes, sizedKeys }),
    }),
  ),
});
