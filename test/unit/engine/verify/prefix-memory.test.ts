import { expect, it } from 'vitest';
import { prefixReport } from '../../../../electron/engine/verify/prefix-report.ts';
import { PrefixTree, type PrefixRoom } from '../../../../electron/engine/verify/prefix-tree.ts';

const treeOf = (names: readonly string[], room: PrefixRoom = { nodes: 0, asked: 0 }): PrefixTree => {
  const tree = new PrefixTree(room, ':', true);
  for (const name of names) tree.count('source', Buffer.from(name));
  return tree;
};
const names = (prefix: string, count: number): string[] =>
  Array.from({ length: count }, (_, n) => `${prefix}k${n}`);
const memory = (tree: PrefixTree): Record<string, unknown> =>
  Object.fromEntries(
    prefixReport(new Map([[0, tree]])).prefixes.map(({ prefix, bytes, sizedKeys }) => [
      prefix,
      [bytes, sizedKeys],
    ]),
  );

it('each prefix is taken for as large as those of its keys that were measured, and the whole for their sum', () => {
  const tree = treeOf([...names('small:', 900), ...names('large:', 100), 'large:deep:a', 'large:deep:b']);
  for (let n = 0; n < 9; n++) tree.measured(Buffer.from(`small:k${n}`), 100);
  tree.measured(Buffer.from('large:k0'), 9000);
  tree.measured(Buffer.from('large:k1'), 11_000);
  // The mean of what it is a part of.
  expect(memory(tree)).toEqual({
    '': [900 * 100 + 102 * 10_000, 11],
    'small:': [90_000, 9],
    'large:': [1_020_000, 2],
    'large:deep:': [20_000, 0],
  });
});

it('what the target alone has counts as well, and what both have once', () => {
  const tree = treeOf(['u:1', 'u:2']);
  for (const name of ['u:1', 'u:2', 'u:3']) tree.count('target', Buffer.from(name));
  tree.differ('missing-on-source', Buffer.from('u:3'), 0);
  for (const name of ['u:1', 'u:2', 'u:3']) tree.measured(Buffer.from(name), 50);
  expect(memory(tree)['u:']).toEqual([150, 3]);
});

it('what was measured before it was known what divides names, or became one of many, counts where it belongs', () => {
  const tree = new PrefixTree({ nodes: 0, asked: 0 }, undefined, true);
  const keys = Array.from({ length: 60 }, (_, n) => Buffer.from(`user:${n}:cart`));
  for (const key of keys) {
    tree.count('source', key);
    tree.measured(key, 10);
  }
  expect(memory(tree)).toEqual({
    '': [600, 60],
    'user:': [600, 60],
    'user:*:': [600, 60],
  });
});

it('of each prefix some keys are asked for, and of all together no more than a bound', () => {
  const tree = treeOf(['a:x', 'b:x']);
  const ask = (prefix: string, count: number): number =>
    names(prefix, count).filter((name) => {
      const wanted = tree.wantsSize(Buffer.from(name));
      if (wanted) tree.measured(Buffer.from(name), 1);
      return wanted;
    }).length;
  expect(ask('a:', 1000)).toBe(200);
  expect(ask('a:', 10)).toBe(0);
  expect(ask('b:', 1000)).toBe(200);
  const full = treeOf(['a:x'], { nodes: 0, asked: 199_999 });
  expect(full.wantsSize(Buffer.from('a:k1'))).toBe(true);
  expect(full.wantsSize(Buffer.from('c:k1'))).toBe(false);
});

it('nothing is said where it was not asked for, or nothing could be measured', () => {
  const tree = new PrefixTree({ nodes: 0, asked: 0 }, ':');
  tree.count('source', Buffer.from('a:1'));
  tree.measured(Buffer.from('a:1'), 50);
  expect(tree.wantsSize(Buffer.from('a:1'))).toBe(false);
  expect(memory(tree)['a:']).toEqual([undefined, undefined]);
  expect(memory(treeOf(['a:1']))['a:']).toEqual([undefined, undefined]);
});
