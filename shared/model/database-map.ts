import { z } from 'zod';

/** A database of the source that goes into another one of the target; those without such a pair keep their numbers. */
const databasePairSchema = z.object({ from: z.number().int().min(0), into: z.number().int().min(0) });
export type DatabasePair = Readonly<z.infer<typeof databasePairSchema>>;

export const MOST_PAIRS = 1024;
export const databaseMapSchema = z.array(databasePairSchema).max(MOST_PAIRS).readonly();

/** Into which database of the target one of the source goes. */
export const intoDatabase = (db: number, map: readonly DatabasePair[]): number =>
  map.find(({ from }) => from === db)?.into ?? db;

/** `0, 3 into 0`: these databases, with where they go; null takes all. */
export const describeDatabases = (
  databases: readonly number[] | null,
  map: readonly DatabasePair[] = [],
): string =>
  databases === null
    ? 'all'
    : databases
        .map((db) => {
          const into = intoDatabase(db, map);
          return into === db ? String(db) : `${db} into ${into}`;
        })
        .join(', ');

/** The pairs of databases that are taken, and go elsewhere. */
export const effectiveMap = ({
  databases,
  databaseMap,
}: {
  readonly databases: readonly number[] | null;
  readonly databaseMap: readonly DatabasePair[];
}): readonly DatabasePair[] =>
  databaseMap.filter(({ from, into }) => from !== into && databases?.includes(from));

/** The same the other way round: from where they went, into where they came from. */
export const invertMap = ({
  databases,
  databaseMap,
}: {
  readonly databases: readonly number[] | null;
  readonly databaseMap: readonly DatabasePair[];
}): { readonly databases: number[] | null; readonly databaseMap: readonly DatabasePair[] } => {
  const moved = effectiveMap({ databases, databaseMap });
  return {
    databases: databases?.map((db) => intoDatabase(db, moved)) ?? null,
    databaseMap: moved.map(({ from, into }) => ({ from: into, into: from })),
  };
};

/** What keeps these databases from going where they are to go, as a sentence; undefined where nothing does. */
export function databaseMapProblem(
  databases: readonly number[] | null,
  map: readonly DatabasePair[],
): string | undefined {
  const sources = new Map<number, number>();
  const froms = new Set<number>();
  for (const { from } of map) {
    if (!databases?.includes(from)) return `Database ${from} is to go into another one, and is not taken.`;
    if (froms.has(from)) return `Database ${from} is to go into two databases.`;
    froms.add(from);
  }
  for (const db of databases ?? []) {
    const into = intoDatabase(db, map);
    const other = sources.get(into);
    if (other !== undefined && other !== db)
      return `Databases ${other} and ${db} cannot both go into database ${into}: where both have a key of one name, one of the two would be lost.`;
    sources.set(into, db);
  }
  return undefined;
}
