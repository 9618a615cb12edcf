import type { Family, Series } from '../../../test/support/metrics-text.ts';

/** What was told at one moment. */
export interface Scrape {
  readonly atMs: number;
  readonly families: ReadonlyMap<string, Family>;
}

export type Point = Pick<Series, 'labels' | 'value'>;

/** Over which rates are taken here; Grafana chooses it by the width of a chart. */
const RATE_MS = 12_000;

const AGGREGATES: Readonly<Record<string, (values: readonly number[]) => number>> = {
  sum: (values) => values.reduce((sum, value) => sum + value, 0),
  max: (values) => Math.max(...values),
  min: (values) => Math.min(...values),
};

/**
 * A query of the dashboard at one of the recorded moments: as much of the language as its queries have. @throws Error for any other
 */
export function evaluate(query: string, scrapes: readonly Scrape[], index: number): Point[] {
  const expression = query.trim();
  const [, name, by, inner] = /^(sum|max|min)(?: by \(([^)]*)\) ?)?\s*\((.*)\)$/s.exec(expression) ?? [];
  if (name !== undefined && inner !== undefined)
    return aggregate(AGGREGATES[name]!, by?.split(', ') ?? [], evaluate(inner, scrapes, index));
  const [, left, right] = /^(\S+\{[^}]*\}) \/ (\S+\{[^}]*\})$/.exec(expression) ?? [];
  if (left !== undefined && right !== undefined)
    return divided(evaluate(left, scrapes, index), evaluate(right, scrapes, index));
  const [, form, ranged] = /^(rate|increase)\((.*)\[[^\]]*\]\)$/.exec(expression) ?? [];
  if (form !== undefined && ranged !== undefined) return growth(form, ranged, scrapes, index);
  return select(expression, scrapes[index]);
}

function select(selector: string, scrape: Scrape | undefined): Point[] {
  const [, name, matchers] = /^(\w+)\{(.*)\}$/.exec(selector) ?? [];
  if (name === undefined || matchers === undefined) throw new Error(`not understood: ${selector}`);
  // All tasks are shown.
  const equal = [...matchers.matchAll(/(\w+)="([^"]*)"/g)].map(
    ([, label, value]) => [label!, value!] as const,
  );
  return (scrape?.families.get(name)?.series ?? []).filter(({ labels }) =>
    equal.every(([label, value]) => labels[label] === value),
  );
}

function growth(form: string, selector: string, scrapes: readonly Scrape[], index: number): Point[] {
  const now = scrapes[index]!;
  const before = scrapes.findLast(({ atMs }) => now.atMs - atMs >= RATE_MS);
  if (!before) return [];
  const earlier = new Map(select(selector, before).map((point) => [key(point), point.value]));
  const seconds = form === 'rate' ? (now.atMs - before.atMs) / 1000 : 1;
  return select(selector, now).flatMap((point) => {
    const value = earlier.get(key(point));
    return value === undefined ? [] : [{ ...point, value: Math.max(0, point.value - value) / seconds }];
  });
}

function aggregate(
  of: (values: readonly number[]) => number,
  by: readonly string[],
  points: readonly Point[],
): Point[] {
  const groups = new Map<string, Point[]>();
  for (const point of points) {
    const group = JSON.stringify(by.map((label) => [label, point.labels[label] ?? '']));
    groups.set(group, [...(groups.get(group) ?? []), point]);
  }
  return [...groups].map(([labels, members]) => ({
    labels: Object.fromEntries(JSON.parse(labels) as [string, string][]),
    value: of(members.map(({ value }) => value)),
  }));
}

function divided(left: readonly Point[], right: readonly Point[]): Point[] {
  const divisors = new Map(right.map((point) => [key(point), point.value]));
  return left.flatMap((point) => {
    const divisor = divisors.get(key(point));
    return divisor === undefined ? [] : [{ ...point, value: point.value / divisor }];
  });
}

export const key = ({ labels }: Point): string => JSON.stringify(Object.entries(labels).sort());
