import type { DatabaseCount } from '../../shared/model/metrics.ts';

/** A database in the table of key counts. Differences are source minus target. */
export interface DatabaseRow extends DatabaseCount {
  readonly permanentDifference: number;
  readonly expiringDifference: number;
}

export interface DatabaseTable {
  readonly rows: readonly DatabaseRow[];
  /** Keys as sums; differences added without regard to sign, so that databases do not cancel each other out. */
  readonly sums: Omit<DatabaseRow, 'db'>;
  /** Their sign, where they differ in one direction alone: 1 where the source has more, -1 the target; 0 where it is now this and now that. */
  readonly signs: { readonly permanent: -1 | 0 | 1; readonly expiring: -1 | 0 | 1 };
}

export function databaseTable(counts: readonly DatabaseCount[]): DatabaseTable {
  const rows = counts
    .map((count) => ({
      ...count,
      permanentDifference: count.sourceKeys - count.sourceExpires - (count.targetKeys - count.targetExpires),
      expiringDifference: count.sourceExpires - count.targetExpires,
    }))
    .sort((a, b) => a.db - b.db);
  const sum = (value: (row: DatabaseRow) => number): number =>
    rows.reduce((total, row) => total + value(row), 0);
  const signOf = (value: (row: DatabaseRow) => number): -1 | 0 | 1 =>
    rows.every((row) => value(row) >= 0) ? 1 : rows.every((row) => value(row) <= 0) ? -1 : 0;
  return {
    rows,
    signs: {
      permanent: signOf((row) => row.permanentDifference),
      expiring: signOf((row) => row.expiringDifference),
    },
    sums: {
      sourceKeys: sum((row) => row.sourceKeys),
      sourceExpires: sum((row) => row.sourceExpires),
      targetKeys: sum((row) => row.targetKeys),
      targetExpires: sum((row) => row.targetExpires),
      permanentDifference: sum((row) => Math.abs(row.permanentDifference)),
      expiringDifference: sum((row) => Math.abs(row.expiringDifference)),
    },
  };
}
