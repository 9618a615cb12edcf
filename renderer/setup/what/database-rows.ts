import type { ServerSummary } from '../../../shared/model/server-summary.ts';

/** A database that can be chosen by its box. */
export interface DatabaseRow {
  readonly db: number;
  readonly keys: number;
  readonly expires: number;
}

/** The databases of the source that hold keys, in order. */
export const databaseRows = (summary: ServerSummary | null): DatabaseRow[] =>
  (summary?.databases ?? []).filter(({ keys }) => keys > 0).toSorted((a, b) => a.db - b.db);

/** The choice with this database in it, or without. */
export function toggled(chosen: readonly number[], db: number): number[] {
  const others = chosen.filter((it) => it !== db);
  return others.length === chosen.length ? [...others, db].sort((a, b) => a - b) : others;
}

/** What is chosen beyond the rows, to be typed as numbers. */
export const beyondRows = (chosen: readonly number[], rows: readonly DatabaseRow[]): number[] =>
  chosen.filter((db) => !rows.some((row) => row.db === db));
