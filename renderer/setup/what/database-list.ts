/** Reads and writes lists of database numbers such as `0, 2, 5-7`. */

import { MOST_PAIRS, type DatabasePair } from '../../../shared/model/database-map.ts';

const MAX_DATABASE = 1_048_575;
const MOST_DATABASES = 1024;

/** The numbers in order, each once; or null with the reason as a sentence. */
export type DatabaseList =
  | { readonly numbers: number[]; readonly problem: null }
  | { readonly numbers: null; readonly problem: string };

const wrong = (problem: string): DatabaseList => ({ numbers: null, problem });

export function parseDatabaseList(text: string): DatabaseList {
  const numbers = new Set<number>();
  for (const part of text.split(/[\s,;]+/).filter((piece) => piece !== '')) {
    const range = /^(\d{1,9})(?:[-–](\d{1,9}))?$/.exec(part);
    if (!range)
      return wrong(`“${part.slice(0, 30)}” is not a database number. Write numbers such as 0, 2, 5-7.`);
    const first = Number(range[1]);
    const last = range[2] === undefined ? first : Number(range[2]);
    if (last < first) return wrong(`In ${first}-${last} the first number is the larger one.`);
    if (last > MAX_DATABASE) return wrong(`${last} is too large for a database number.`);
    if (last - first >= MOST_DATABASES || numbers.size + (last - first) >= MOST_DATABASES) {
      return wrong(`Choose at most ${MOST_DATABASES.toLocaleString('en-US')} databases, or all of them.`);
    }
    for (let db = first; db <= last; db += 1) numbers.add(db);
  }
  return { numbers: [...numbers].sort((a, b) => a - b), problem: null };
}

/** Pairs in the order in which they were typed; or null with the reason as a sentence. */
export type DatabasePairs =
  | { readonly pairs: DatabasePair[]; readonly problem: null }
  | { readonly pairs: null; readonly problem: string };

/** `3:0, 5:1` */
export function parseDatabasePairs(text: string): DatabasePairs {
  const pairs: DatabasePair[] = [];
  for (const part of text.split(/[\s,;]+/).filter((piece) => piece !== '')) {
    const [, from, into] = /^(\d{1,9}):(\d{1,9})$/.exec(part) ?? [];
    if (from === undefined || into === undefined)
      return {
        pairs: null,
        problem: `“${part.slice(0, 30)}” is no pair of databases. Write 3:0 for database 3 of the source into 0 of the target.`,
      };
    if (Math.max(Number(from), Number(into)) > MAX_DATABASE)
      return { pairs: null, problem: `${part} is too large for a database number.` };
    pairs.push({ from: Number(from), into: Number(into) });
  }
  return pairs.length > MOST_PAIRS
    ? { pairs: null, problem: `Write at most ${MOST_PAIRS.toLocaleString('en-US')} pairs.` }
    : { pairs, problem: null };
}

/** What {@link parseDatabasePairs} reads. */
export const formatDatabasePairs = (pairs: readonly DatabasePair[]): string =>
  pairs.map(({ from, into }) => `${from}:${into}`).join(', ');

/** `[0, 2, 5, 6, 7]` → `0, 2, 5-7`; what {@link parseDatabaseList} reads. */
export function formatDatabaseList(numbers: readonly number[]): string {
  const parts: string[] = [];
  const sorted = [...numbers].sort((a, b) => a - b);
  for (let index = 0; index < sorted.length;) {
    let end = index;
    while (sorted[end + 1] === sorted[end]! + 1) end += 1;
    if (end - index >= 2) parts.push(`${sorted[index]}-${sorted[end]}`);
    else parts.push(...sorted.slice(index, end + 1).map(String));
    index = end + 1;
  }
  return parts.join(', ');
}

/** `database 3`, `databases 0 and 2`, `databases 0, 2 and 5-7`. */
export function nameDatabases(numbers: readonly number[]): string {
  const parts = formatDatabaseList(numbers).split(', ');
  const last = parts.pop() ?? '';
  const list = parts.length === 0 ? last : `${parts.join(', ')} and ${last}`;
  return numbers.length === 1 ? `database ${list}` : `databases ${list}`;
}
