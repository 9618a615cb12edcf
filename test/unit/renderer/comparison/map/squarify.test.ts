import { expect, test } from 'vitest';
import { cellAfterKey, mapCells, MOST_CELLS } from '../../../../../renderer/comparison/map/map-cells.ts';
import { prefixRoot, type PrefixNode } from '../../../../../renderer/comparison/map/prefix-nodes.ts';
import { squarify, type Box } from '../../../../../renderer/comparison/map/squarify.ts';
import { randomOf } from '../../../../support/rdb/portions.ts';

const WHOLE: Box = { x: 0, y: 0, width: 900, height: 380 };
const areaOf = ({ width, height }: Box): number => width * height;
const overlaps = (a: Box, b: Box): boolean =>
  Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) > 1e-6 &&
  Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) > 1e-6;

test('the example of the paper: 6, 6, 4, 3, 2, 2, 1 in a box of 6 by 4', () => {
  const boxes = squarify([6, 6, 4, 3, 2, 2, 1], { x: 0, y: 0, width: 6, height: 4 });
  expect(boxes[0]).toEqual({ x: 0, y: 0, width: 3, height: 2 });
  expect(boxes[1]).toEqual({ x: 0, y: 2, width: 3, height: 2 });
  expect(boxes[2]!.y).toBe(0);
  expect(boxes[3]!.y).toBe(0);
});

test('each has its share of the area, inside, and none lies on another one', () => {
  const random = randomOf(4);
  for (let round = 0; round < 20; round++) {
    const weights = Array.from(
      { length: 1 + Math.floor(random() * 60) },
      () => random() ** 4 * 1e6 + 1,
    ).toSorted((a, b) => b - a);
    const total = weights.reduce((sum, weight) => sum + weight, 0);
    const boxes = squarify(weights, WHOLE);
    boxes.forEach((box, i) => {
      expect(areaOf(box) / areaOf(WHOLE)).toBeCloseTo(weights[i]! / total, 6);
      expect(box.x).toBeGreaterThanOrEqual(0);
      expect(box.x + box.width).toBeLessThanOrEqual(WHOLE.width + 1e-6);
      expect(box.y + box.height).toBeLessThanOrEqual(WHOLE.height + 1e-6);
      for (const other of boxes.slice(i + 1)) expect(overlaps(box, other)).toBe(false);
    });
  }
  expect(squarify([0, 0], WHOLE).map(areaOf)).toEqual([0, 0]);
});

const withParts = (sizes: readonly number[]): PrefixNode => {
  const zero = { missing: 0, extra: 0, value: 0, type: 0, expiry: 0, pattern: false, db: 0 };
  const sum = sizes.reduce((total, size) => total + size, 0);
  return prefixRoot({
    ...{ delimiters: [{ db: 0, delimiter: ':' }], unlistedKeys: 0, exact: true },
    prefixes: [
      { ...zero, prefix: '', depth: 0, sourceKeys: sum, targetKeys: sum },
      ...sizes.map((size, n) => ({
        ...{ ...zero, prefix: `p${n}:`, depth: 1, sourceKeys: size, targetKeys: size },
      })),
    ],
  })!;
};

test('of many parts the smallest share a cell', () => {
  const sizes = Array.from({ length: 500 }, (_, n) => 1000 - n);
  const { cells, smaller } = mapCells(withParts(sizes), 'keys', 900, 380);
  expect(cells).toHaveLength(MOST_CELLS);
  expect(smaller).toHaveLength(500 - MOST_CELLS + 1);
  expect(cells.filter(({ node }) => node === undefined)).toHaveLength(1);
  const shown = cells.reduce((sum, { node }) => sum + (node?.counts.sourceKeys ?? 0), 0);
  expect(shown + smaller.reduce((sum, { counts }) => sum + counts.sourceKeys, 0)).toBe(
    sizes.reduce((sum, size) => sum + size, 0),
  );
});

test('the arrow keys lead to every cell, and never in the other direction', () => {
  const { cells } = mapCells(withParts([40, 30, 20, 10, 8, 6, 4, 2]), 'keys', 900, 380);
  const reached = new Set([0]);
  for (const at of reached)
    for (const key of ['ArrowLeft', 'ArrowRight', 'ArrowUp', 'ArrowDown']) {
      const next = cellAfterKey(key, cells, at);
      if (next !== undefined) reached.add(next);
      if (key === 'ArrowRight' && next !== undefined)
        expect(cells[next]!.box.x + cells[next]!.box.width / 2).toBeGreaterThan(
          cells[at]!.box.x + cells[at]!.box.width / 2,
        );
    }
  expect(reached.size).toBe(cells.length);
  expect(cellAfterKey('End', cells, 0)).toBe(cells.length - 1);
  expect(cellAfterKey('x', cells, 0)).toBeUndefined();
});
