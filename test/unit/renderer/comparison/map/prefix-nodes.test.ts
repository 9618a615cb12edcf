import { expect, test } from 'vitest';
import {
  differingOf,
  keysOf,
  pathTo,
  prefixRoot,
  signedShare,
  withinOf,
  type PrefixNode,
} from '../../../../../renderer/comparison/map/prefix-nodes.ts';
import type { Difference, PrefixCounts, PrefixReport } from '../../../../../shared/model/comparison.ts';

const counts = (
  prefix: string,
  depth: number,
  [sourceKeys = 0, targetKeys = 0, missing = 0, extra = 0, value = 0]: readonly number[],
  change: Partial<PrefixCounts> = {},
): PrefixCounts => ({
  ...{
    db: 0,
    prefix,
    depth,
    pattern: false,
    sourceKeys,
    targetKeys,
    missing,
    extra,
    value,
    type: 0,
    expiry: 0,
  },
  ...change,
});
const report = (...prefixes: PrefixCounts[]): PrefixReport => ({
  delimiters: [...new Set(prefixes.map(({ db }) => db))].map((db) => ({ db, delimiter: ':' })),
  ...{ prefixes, unlistedKeys: 0, exact: true },
});
const ONE = report(
  counts('', 0, [112, 109, 7, 4, 3]),
  counts('user:', 1, [100, 97, 7, 4, 3]),
  counts('user:*:', 2, [90, 83, 7, 0, 3], { pattern: true }),
  counts('user:*:cart:', 3, [50, 43, 7, 0, 3]),
  counts('user:new:', 2, [0, 4, 0, 4]),
  counts('page:', 1, [10, 10]),
);

const child = (node: PrefixNode, label: string): PrefixNode =>
  node.children.find((one) => one.label === label)!;

test('prefixes are a tree, in which keys that end with a prefix have a part of their own', () => {
  const root = prefixRoot(ONE)!;
  expect(root.label).toBe('Database 0');
  expect(root.children.map(({ label }) => label)).toEqual(['user:', 'page:', 'no further part']);
  const user = child(root, 'user:');
  expect(user.children.map(({ label, counts: its }) => [label, its.sourceKeys, its.targetKeys])).toEqual([
    ['*:', 90, 83],
    ['new:', 0, 4],
    ['no further part', 10, 10],
  ]);
  expect(pathTo(child(child(user, '*:'), 'cart:')).map(({ label }) => label)).toEqual([
    ...['Database 0', 'user:', '*:', 'cart:'],
  ]);
  for (const node of [root, user]) {
    expect(node.children.reduce((sum, { counts: its }) => sum + keysOf(its), 0)).toBe(keysOf(node.counts));
    expect(node.children.reduce((sum, { counts: its }) => sum + differingOf(its), 0)).toBe(
      differingOf(node.counts),
    );
  }
});

test('several databases are the first level', () => {
  const root = prefixRoot(report(counts('', 0, [5, 5]), counts('', 0, [2, 0, 2], { db: 3 })))!;
  expect(root.children.map(({ label }) => label)).toEqual(['Database 0', 'Database 3']);
  expect(root.counts).toMatchObject({ sourceKeys: 7, targetKeys: 5, missing: 2 });
  expect(pathTo(root.children[1]!).map(({ label }) => label)).toEqual(['All databases', 'Database 3']);
});

test('which keys are of a prefix: numbers of a pattern, the rest, and each of one part alone', () => {
  const root = prefixRoot(ONE)!;
  const user = child(root, 'user:');
  const names = (node: PrefixNode): string[] =>
    [
      'user:17:cart:a',
      'user:17:name',
      'user:new:1',
      'user:plain',
      'page:1',
      'lonely',
      'user:x:cart:a',
    ].filter((key) => withinOf(node)(difference(key)));
  expect(names(root)).toHaveLength(7);
  expect(names(user)).toEqual([
    'user:17:cart:a',
    'user:17:name',
    'user:new:1',
    'user:plain',
    'user:x:cart:a',
  ]);
  expect(names(child(user, '*:'))).toEqual(['user:17:cart:a', 'user:17:name']);
  expect(names(child(child(user, '*:'), 'cart:'))).toEqual(['user:17:cart:a']);
  expect(names(child(user, 'no further part'))).toEqual(['user:plain', 'user:x:cart:a']);
  expect(names(child(root, 'no further part'))).toEqual(['lonely']);
  expect(withinOf(root)({ ...difference('lib'), db: null })).toBe(true);
  expect(withinOf(user)({ ...difference('lib'), db: null })).toBe(false);
  expect(withinOf(root)({ ...difference('user:1'), db: 3 })).toBe(false);
});

test('the sign says which side has more, from −1 to 1', () => {
  const shareOf = (...figures: number[]): number => signedShare(counts('', 0, figures));
  expect(shareOf(100, 97, 7, 4)).toBeCloseTo(-3 / 104);
  expect(shareOf(10, 0, 10)).toBe(-1);
  expect(shareOf(0, 10, 0, 10)).toBe(1);
  expect(shareOf(10, 10, 0, 0, 10)).toBe(0);
  expect(shareOf()).toBe(0);
});

const difference = (key: string): Difference => ({ db: 0, key, kind: 'value', source: '', target: '' });
