import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { databaseMapProblem, intoDatabase, type DatabasePair } from '../../../shared/model/database-map.ts';
import { parseCount } from './units.ts';

export interface ListedDatabases {
  /** In order, each once. */
  readonly databases: number[];
  readonly map: readonly DatabasePair[];
}

/** `0,3:1`: databases of the source, of which 3 goes into 1 of the target. @throws LockstepError USAGE */
export function parseDatabases(text: string, option: string): ListedDatabases {
  const databases = new Set<number>();
  const map: DatabasePair[] = [];
  for (const part of text.split(',')) {
    const [, source = part, target] = /^([^:]*):(.*)$/s.exec(part) ?? [];
    const from = parseCount(source, option);
    const into = target === undefined ? from : parseCount(target, option);
    const other = databases.has(from) ? (map.find((pair) => pair.from === from)?.into ?? from) : into;
    if (other !== into)
      throw new LockstepError('USAGE', `${option}: database ${from} is to go into two databases`);
    if (into !== from && !databases.has(from)) map.push({ from, into });
    databases.add(from);
  }
  const sorted = [...databases].sort((a, b) => a - b);
  const problem = databaseMapProblem(sorted, map);
  if (problem !== undefined) throw new LockstepError('USAGE', `${option}: ${problem.replace(/\.$/, '')}`);
  return { databases: sorted, map: map.toSorted((a, b) => a.from - b.from) };
}

/** What `parseDatabases` reads. */
export const databaseList = ({ databases, map }: ListedDatabases): string =>
  databases
    .map((db) => {
      const into = intoDatabase(db, map);
      return into === db ? String(db) : `${db}:${into}`;
    })
    .join(',');
