export interface Box {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

/**
 * Divides a box among weights, largest first, so that each part is as near to a square as can be (Bruls, Huizing and van Wijk: Squarified
 * treemaps). A box for each weight, in their order.
 */
export function squarify(weights: readonly number[], box: Box): Box[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  if (total <= 0 || box.width <= 0 || box.height <= 0)
    return weights.map(() => ({ ...box, width: 0, height: 0 }));
  const scale = (box.width * box.height) / total;
  const boxes: Box[] = [];
  let left = box;
  for (let from = 0; from < weights.length;) {
    const side = Math.min(left.width, left.height);
    let to = from + 1;
    let area = weights[from]! * scale;
    while (to < weights.length) {
      const wider = area + weights[to]! * scale;
      if (worst(weights, from, to + 1, wider, side, scale) > worst(weights, from, to, area, side, scale))
        break;
      area = wider;
      to += 1;
    }
    left = place(weights.slice(from, to), area, left, scale, boxes);
    from = to;
  }
  return boxes;
}

/** How much longer than wide the worst box of a row would be. */
function worst(
  weights: readonly number[],
  from: number,
  to: number,
  area: number,
  side: number,
  scale: number,
): number {
  // They are in order, so the first is the largest one and the last the smallest.
  const thick = area / side;
  const ratio = (weight: number): number => {
    const long = (weight * scale) / thick;
    return long === 0 ? Infinity : Math.max(long / thick, thick / long);
  };
  return Math.max(ratio(weights[from]!), ratio(weights[to - 1]!));
}

/** Puts a row along the shorter side. @returns what is left of the box */
function place(row: readonly number[], area: number, box: Box, scale: number, into: Box[]): Box {
  const { x, y, width, height } = box;
  const upright = width >= height;
  const thick = area / (upright ? height : width);
  let at = 0;
  for (const weight of row) {
    const long = thick === 0 ? 0 : (weight * scale) / thick;
    into.push(
      upright ? { x, y: y + at, width: thick, height: long } : { x: x + at, y, width: long, height: thick },
    );
    at += long;
  }
  return upright
    ? { x: x + thick, y, width: Math.max(0, width - thick), height }
    : { x, y: y + thick, width, height: Math.max(0, height - thick) };
}
