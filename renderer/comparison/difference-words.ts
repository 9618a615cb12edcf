import { databaseName } from '../../shared/format/database-name.ts';
import type { DatabaseReport, Difference, DifferenceKind } from '../../shared/model/comparison.ts';

export const KIND_WORDS: Readonly<Record<DifferenceKind, string>> = {
  'missing-on-target': 'Missing on target',
  'missing-on-source': 'Missing on source',
  type: 'Other type',
  value: 'Other value',
  ttl: 'Other expiry',
  'field-ttl': 'Expiry of a field',
  group: 'Consumer group',
  function: 'Function library',
};

/** What databases are called, by their numbers on the target: `0`, or `3 → 0`. */
export type DatabaseNames = ReadonlyMap<number, string>;

export const databaseNames = (databases: readonly Pick<DatabaseReport, 'db' | 'sourceDb'>[]): DatabaseNames =>
  new Map(databases.map(({ db, sourceDb }) => [db, databaseName(db, sourceDb)]));

/** The database of a difference; `–` for a function library, which belongs to none. */
export const nameOfDatabase = (db: number | null, names: DatabaseNames): string =>
  db === null ? '–' : (names.get(db) ?? String(db));

/** The differences that hold the text, in the key, in the words for its kind, in either summary, or as `db 3`. */
export function filterDifferences(
  differences: readonly Difference[],
  text: string,
  names: DatabaseNames,
): readonly Difference[] {
  const wanted = text.trim().toLowerCase();
  if (wanted === '') return differences;
  return differences.filter(({ db, key, kind, source, target }) =>
    [db === null ? '' : `db ${nameOfDatabase(db, names)}`, key, KIND_WORDS[kind], source, target].some(
      (part) => part.toLowerCase().includes(wanted),
    ),
  );
}
