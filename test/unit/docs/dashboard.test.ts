import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { METRIC_NAMES } from '../../../electron/headless/metrics/exposition.ts';

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly title: string;
    readonly gridPos: { readonly x: number; readonly y: number; readonly w: number; readonly h: number };
    readonly targets: readonly { readonly expr: string }[];
  }[];
  readonly templating: { readonly list: readonly { readonly definition?: string }[] };
}

const file = path.resolve(import.meta.dirname, '../../../docs/grafana-dashboard.json');
const { panels, templating } = JSON.parse(readFileSync(file, 'utf8')) as Dashboard;
const queries = [
  ...panels.flatMap(({ targets }) => targets.map(({ expr }) => expr)),
  ...templating.list.flatMap(({ definition }) => (definition === undefined ? [] : [definition])),
];
const namesIn = (query: string): string[] => query.match(/\blockstep_\w+/g) ?? [];

test('every query of the dashboard names metrics that are told', () => {
  expect(queries.length).toBeGreaterThan(15);
  expect(queries.filter((query) => namesIn(query).length === 0)).toEqual([]);
  expect(queries.flatMap(namesIn).filter((name) => !METRIC_NAMES.includes(name))).toEqual([]);
});

test('what counts up is shown by how fast it does, and nothing else is', () => {
  for (const query of queries)
    for (const name of namesIn(query))
      expect([name, new RegExp(`(rate|increase)\\(${name}`).test(query)]).toEqual([
        name,
        name.endsWith('_total'),
      ]);
});

test('panels have room of their own', () => {
  const taken = panels.flatMap(({ gridPos: { x, y, w, h } }) =>
    Array.from({ length: w * h }, (_, i) => `${x + (i % w)} ${y + Math.floor(i / w)}`),
  );

  expect(new Set(taken).size).toBe(taken.length);
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  expect(panels.every(({ gridPos: { x, w } }) => x + w <= 24)).toBe(true);
});
