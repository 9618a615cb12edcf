import type { PrefixNode } from './prefix-node.ts';

/** What the keys of a prefix take in memory, about, and how many of them were measured. */
export interface PrefixMemory {
  readonly bytes: number;
  readonly sizedKeys: number;
}

/**
 * What the keys of each prefix take. Those that were not measured are taken for as large as the others of the same prefix, and where none
 * of these was, of what that is a part of. undefined where nothing was measured.
 */
export function prefixMemory(root: PrefixNode): ReadonlyMap<PrefixNode, PrefixMemory> | undefined {
  const sums = new Map<PrefixNode, PrefixMemory>();
  measuredIn(root, sums);
  const { bytes, sizedKeys } = sums.get(root)!;
  if (sizedKeys === 0) return undefined;
  const estimates = new Map<PrefixNode, PrefixMemory>();
  estimate(root, bytes / sizedKeys, sums, estimates);
  return estimates;
}

/** Keys of either side, each name once. */
const keysOf = (node: PrefixNode): number => node.count('sourceKeys') + node.count('extra');

function measuredIn(node: PrefixNode, sums: Map<PrefixNode, PrefixMemory>): PrefixMemory {
  let { sizedBytes: bytes, sizedKeys } = node;
  for (const child of node.inner()) {
    const its = measuredIn(child, sums);
    bytes += its.bytes;
    sizedKeys += its.sizedKeys;
  }
  const sum = { bytes, sizedKeys };
  sums.set(node, sum);
  return sum;
}

/** `around`: the mean size of keys in what the node is a part of. @returns the bytes of all its keys */
function estimate(
  node: PrefixNode,
  around: number,
  sums: ReadonlyMap<PrefixNode, PrefixMemory>,
  into: Map<PrefixNode, PrefixMemory>,
): number {
  const { bytes: measured, sizedKeys } = sums.get(node)!;
  const mean = sizedKeys === 0 ? around : measured / sizedKeys;
  let bytes = 0;
  let ownKeys = keysOf(node);
  for (const child of node.inner()) {
    bytes += estimate(child, mean, sums, into);
    ownKeys -= keysOf(child);
  }
  const ownMean = node.sizedKeys === 0 ? mean : node.sizedBytes / node.sizedKeys;
  bytes += Math.max(0, ownKeys) * ownMean;
  into.set(node, { bytes: Math.round(bytes), sizedKeys });
  return bytes;
}
