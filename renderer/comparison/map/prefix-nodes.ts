import { isNumberLike } from '../../../shared/format/number-like.ts';
import type { Difference, PrefixCounts, PrefixReport } from '../../../shared/model/comparison.ts';

/** How a key differs, in the order in which a cell of the map shows it. */
export const DIFFERING = ['missing', 'extra', 'value', 'type', 'expiry'] as const;
export type Differing = (typeof DIFFERING)[number];

/** Keys whose names begin alike, as the map and the table show them. */
export interface PrefixNode {
  /** Its own among all nodes. */
  readonly id: string;
  /** Its last part, as in `cart:`, or `Database 3`. */
  readonly label: string;
  readonly counts: PrefixCounts;
  /** The parts of names from the database on; `pattern` stands for all that look like numbers. */
  readonly parts: readonly { readonly text: string; readonly pattern: boolean }[];
  readonly delimiter: string | null;
  readonly parent: PrefixNode | undefined;
  readonly children: readonly PrefixNode[];
  /** It stands for the keys of its parent that are in none of the others. */
  readonly rest: boolean;
}

type Counts = Record<'sourceKeys' | 'targetKeys' | Differing, number>;
const COUNTED = ['sourceKeys', 'targetKeys', ...DIFFERING] as const;
const MEASURED = ['bytes', 'sizedKeys'] as const;

export const differingOf = (counts: Readonly<Record<Differing, number>>): number =>
  DIFFERING.reduce((sum, how) => sum + counts[how], 0);

/** Keys of either side, each name once. */
export const keysOf = ({ sourceKeys, extra }: PrefixCounts): number => sourceKeys + extra;

/** What there are more of on the target, as a share of all keys: −1 where it has none of them, 1 where it alone has them. */
export const signedShare = (counts: PrefixCounts): number => {
  const keys = keysOf(counts);
  return keys === 0 ? 0 : Math.max(-1, Math.min(1, (counts.targetKeys - counts.sourceKeys) / keys));
};

/** The tree of what was counted. Where there are several databases they are its first level. */
export function prefixRoot({ delimiters, prefixes }: PrefixReport): PrefixNode | undefined {
  const roots: MutableNode[] = [];
  let path: MutableNode[] = [];
  for (const counts of prefixes) {
    path = path.slice(0, counts.depth);
    const parent = path.at(-1);
    const delimiter = delimiters.find(({ db }) => db === counts.db)?.delimiter ?? null;
    const node = makeNode(counts, delimiter, parent);
    if (parent) parent.children.push(node);
    else roots.push(node);
    path.push(node);
  }
  for (const root of roots) addRests(root);
  const [only] = roots;
  if (roots.length <= 1) return only;
  const all: MutableNode = {
    ...{ id: 'all', label: 'All databases', parts: [], delimiter: null, parent: undefined, rest: false },
    counts: sumOf(roots),
    children: roots,
  };
  for (const root of roots) root.parent = all;
  return all;
}

interface MutableNode extends PrefixNode {
  parent: PrefixNode | undefined;
  readonly children: MutableNode[];
}

function makeNode(
  counts: PrefixCounts,
  delimiter: string | null,
  parent: MutableNode | undefined,
): MutableNode {
  const { db, prefix, pattern } = counts;
  const label = parent ? prefix.slice(parent.counts.prefix.length) : `Database ${db}`;
  const text = delimiter !== null && label.endsWith(delimiter) ? label.slice(0, -delimiter.length) : label;
  return {
    ...{ id: `${db} ${pattern ? '*' : ''} ${prefix}`, label, counts, delimiter, parent, rest: false },
    parts: parent ? [...parent.parts, { text, pattern }] : [],
    children: [],
  };
}

/** Keys that end with their node are a part of it like any other. */
function addRests(node: MutableNode): void {
  if (node.children.length === 0) return;
  for (const child of node.children) addRests(child);
  const within = sumOf(node.children);
  const counts = { ...node.counts };
  for (const what of COUNTED) counts[what] = Math.max(0, counts[what] - within[what]);
  for (const what of MEASURED)
    if (counts[what] !== undefined) counts[what] = Math.max(0, counts[what] - (within[what] ?? 0));
  if (keysOf(counts) === 0 && counts.targetKeys === 0 && differingOf(counts) === 0) return;
  node.children.push({
    ...node,
    ...{ id: `${node.id} rest`, label: 'no further part', counts, parent: node, children: [], rest: true },
  });
}

function sumOf(nodes: readonly PrefixNode[]): PrefixCounts {
  const sum: Counts = { sourceKeys: 0, targetKeys: 0, missing: 0, extra: 0, value: 0, type: 0, expiry: 0 };
  for (const { counts } of nodes) for (const what of COUNTED) sum[what] += counts[what];
  return { db: -1, prefix: '', depth: 0, pattern: false, ...sum, ...memoryOf(nodes) };
}

/** Of databases nothing is said where that of one of them is unknown. */
function memoryOf(nodes: readonly PrefixNode[]): Pick<PrefixCounts, 'bytes' | 'sizedKeys'> {
  const sum = { bytes: 0, sizedKeys: 0 };
  for (const { counts } of nodes) {
    if (counts.bytes === undefined && keysOf(counts) > 0) return {};
    for (const what of MEASURED) sum[what] += counts[what] ?? 0;
  }
  return sum;
}

/** From the first node to this one. */
export function pathTo(node: PrefixNode): PrefixNode[] {
  const path: PrefixNode[] = [];
  for (let one: PrefixNode | undefined = node; one; one = one.parent) path.unshift(one);
  return path;
}

export function findNode(root: PrefixNode, id: string): PrefixNode | undefined {
  if (root.id === id) return root;
  for (const child of root.children) {
    const found = findNode(child, id);
    if (found) return found;
  }
  return undefined;
}

/** Tells whether a key that differs is one of a node's. What is no key, a function library, is of the whole alone. */
export function withinOf(node: PrefixNode): (difference: Pick<Difference, 'db' | 'key'>) => boolean {
  const { counts, parts, delimiter } = node;
  const isWhole = node.parent === undefined;
  const inOthers = node.rest ? takenBy(node.parent?.children ?? []) : () => false;
  return ({ db, key }) => {
    if (isWhole && (counts.db < 0 || db === null)) return true;
    if (db !== counts.db) return false;
    if (delimiter === null) return true;
    const segments = key.split(delimiter);
    // What stands behind the last delimiter is the name of a key, not a part of its prefix.
    segments.pop();
    if (segments.length < parts.length) return false;
    const fits = parts.every(({ text, pattern }, i) =>
      pattern ? isNumberLike(segments[i]!) : segments[i] === text,
    );
    return fits && !(segments.length > parts.length && inOthers(segments[parts.length]!));
  };
}

/** Whether one of these nodes takes a part of a name. */
function takenBy(nodes: readonly PrefixNode[]): (part: string) => boolean {
  const last = nodes.filter(({ rest }) => !rest).flatMap(({ parts }) => parts.at(-1) ?? []);
  const texts = new Set(last.filter(({ pattern }) => !pattern).map(({ text }) => text));
  const numbers = last.some(({ pattern }) => pattern);
  return (part) => texts.has(part) || (numbers && isNumberLike(part));
}
