import type { Difference } from '../../shared/model/comparison.ts';

const COLUMNS = ['database', 'key', 'difference', 'source', 'target'] as const;

/** Keys are made by whoever writes to the source: a spreadsheet is not to take one for a formula. */
const FORMULA_START = /^[=+\-@\t\r]/;

function field(value: string | number): string {
  const text = String(value);
  const safe = typeof value === 'string' && FORMULA_START.test(text) ? `'${text}` : text;
  return /[",\r\n']|^\s|\s$/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Differences as CSV after RFC 4180, with a line of names. Text that a spreadsheet would run begins with an apostrophe. */
export function differencesAsCsv(differences: readonly Difference[]): string {
  const lines = differences.map(({ db, key, kind, source, target }) =>
    [db ?? '', key, kind, source, target].map(field).join(','),
  );
  return [COLUMNS.join(','), ...lines, ''].join('\r\n');
}
