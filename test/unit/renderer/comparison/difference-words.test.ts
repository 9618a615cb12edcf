import { expect, it } from 'vitest';
import {
  databaseNames,
  filterDifferences,
  nameOfDatabase,
} from '../../../../renderer/comparison/difference-words.ts';
import { comparisonAsJson } from '../../../../renderer/comparison/json.ts';
import type { Difference } from '../../../../shared/model/comparison.ts';

const differences: readonly Difference[] = [
  { db: 0, key: 'order:1', kind: 'missing-on-target', source: 'string', target: 'not there' },
  { db: 3, key: 'Session:2', kind: 'ttl', source: 'expires in 5 s', target: 'does not expire' },
  { db: null, key: 'mylib', kind: 'function', source: 'version 1', target: 'version 2' },
];
const names = databaseNames([{ db: 0 }, { db: 3, sourceDb: 7 }]);
const keys = (text: string): string[] => filterDifferences(differences, text, names).map(({ key }) => key);

it.each([
  ['', ['order:1', 'Session:2', 'mylib']],
  ['  session ', ['Session:2']],
  ['missing on', ['order:1']],
  ['expire', ['Session:2']],
  ['db 7 → 3', ['Session:2']],
  ['→ 3', ['Session:2']],
  ['db 0', ['order:1']],
  ['version', ['mylib']],
  ['nothing of it', []],
])('the filter %j shows %j', (text, expected) => {
  expect(keys(text)).toEqual(expected);
});

it('a database has its number on the source beside it where that is another one', () => {
  expect([0, 3, 5, null].map((db) => nameOfDatabase(db, names))).toEqual(['0', '7 → 3', '5', '–']);
});

it('JSON holds the report as it is, with the task and the times', () => {
  const report = {
    level: 'values' as const,
    equal: false,
    databases: [],
    differences,
    differencesTotal: 3,
    shards: { source: [], target: [] },
    leftOut: { databases: [], ownKeys: { source: 0, target: 0 }, functions: true, slots: [] },
    durationMs: 5,
  };
  const text = comparisonAsJson('Orders', { startedAtMs: 0, endedAtMs: null }, report);
  expect(JSON.parse(text)).toEqual({
    task: 'Orders',
    startedAt: '1970-01-01T00:00:00.000Z',
    endedAt: null,
    ...report,
  });
});
