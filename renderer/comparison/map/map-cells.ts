import { weightOf, type MapArea } from './map-area.ts';
import type { PrefixNode } from './prefix-nodes.ts';
import { squarify, type Box } from './squarify.ts';

/** Of more the smallest share a cell. */
export const MOST_CELLS = 120;

export interface MapCell {
  readonly box: Box;
  /** undefined for the one that stands for all that are too small. */
  readonly node: PrefixNode | undefined;
}

export interface MapCells {
  readonly cells: readonly MapCell[];
  /** Those that share the last cell, largest first. */
  readonly smaller: readonly PrefixNode[];
}

/** Where each part of a node lies; their areas are as their numbers of keys, or their memory. */
export function mapCells(node: PrefixNode, area: MapArea, width: number, height: number): MapCells {
  const parts = node.children.length > 0 ? node.children : [node];
  const sorted = parts.toSorted((a, b) => weightOf(b.counts, area) - weightOf(a.counts, area));
  const shown = sorted.length > MOST_CELLS ? sorted.slice(0, MOST_CELLS - 1) : sorted;
  const smaller = sorted.slice(shown.length);
  const together = smaller.reduce((sum, { counts }) => sum + weightOf(counts, area), 0);
  const entries: { readonly node: PrefixNode | undefined; readonly weight: number }[] = shown.map((one) => ({
    node: one,
    weight: weightOf(one.counts, area),
  }));
  if (smaller.length > 0) entries.push({ node: undefined, weight: together });
  const inOrder = entries.toSorted((a, b) => b.weight - a.weight);
  const boxes = squarify(
    inOrder.map(({ weight }) => Math.max(weight, 1e-9)),
    { x: 0, y: 0, width, height },
  );
  return { cells: inOrder.map((entry, i) => ({ node: entry.node, box: boxes[i]! })), smaller };
}

const STEPS: Readonly<Record<string, readonly [x: number, y: number]>> = {
  ArrowLeft: [-1, 0],
  ArrowRight: [1, 0],
  ArrowUp: [0, -1],
  ArrowDown: [0, 1],
};

/** Which cell a key leads to from another one: the nearest in that direction. undefined for a key that leads nowhere. */
export function cellAfterKey(key: string, cells: readonly MapCell[], at: number): number | undefined {
  if (key === 'Home') return 0;
  if (key === 'End') return cells.length - 1;
  const step = STEPS[key];
  const from = cells[at];
  if (!step || !from) return undefined;
  const middle = ({ x, y, width, height }: Box): [number, number] => [x + width / 2, y + height / 2];
  const [fromX, fromY] = middle(from.box);
  let best: number | undefined;
  let least = Infinity;
  cells.forEach(({ box }, i) => {
    const [x, y] = middle(box);
    const along = (x - fromX) * step[0] + (y - fromY) * step[1];
    const aside = Math.abs((x - fromX) * step[1]) + Math.abs((y - fromY) * step[0]);
    if (i === at || along <= 0.5) return;
    const far = along + 2 * aside;
    if (far < least) [best, least] = [i, far];
  });
  return best;
}
