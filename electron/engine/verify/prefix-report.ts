import type { PrefixCounts, PrefixReport } from '../../../shared/model/comparison.ts';
import { prefixMemory } from './prefix-memory.ts';
import { COUNTED, type PrefixNode } from './prefix-node.ts';
import type { PrefixTree } from './prefix-tree.ts';
import { printableName } from './printable-bytes.ts';

const keysOf = (node: PrefixNode): number => node.count('sourceKeys') + node.count('targetKeys');

/** What was counted by prefix: each prefix in front of those that it is a part of, those with more keys first. */
export function prefixReport(trees: ReadonlyMap<number, PrefixTree>): PrefixReport {
  const prefixes: PrefixCounts[] = [];
  for (const [db, tree] of trees) {
    const { delimiter = '' } = tree;
    const memory = prefixMemory(tree.root);
    const tell = (node: PrefixNode, prefix: string, depth: number): void => {
      const counts = Object.fromEntries(COUNTED.map((what) => [what, node.count(what)]));
      const told = { ...counts, ...memory?.get(node) };
      prefixes.push({ db, prefix, depth, pattern: node.isPattern, ...told } as PrefixCounts);
      for (const child of [...node.inner()].toSorted((a, b) => keysOf(b) - keysOf(a))) {
        const segment = child.isPattern ? '*' : printableName(Buffer.from(child.segment, 'latin1'));
        tell(child, `${prefix}${segment}${delimiter}`, depth + 1);
      }
    };
    tell(tree.root, '', 0);
  }
  const all = [...trees.values()];
  return {
    delimiters: [...trees].map(([db, { delimiter }]) => ({ db, delimiter: delimiter ?? null })),
    prefixes,
    unlistedKeys: all.reduce((sum, { unlistedKeys }) => sum + unlistedKeys, 0),
    exact: all.every(({ exact }) => exact),
  };
}
