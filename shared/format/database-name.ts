/** A database of the target, with its number on the source where that is another one: `0`, or `3 → 0`. */
export const databaseName = (db: number, sourceDb: number | undefined): string =>
  sourceDb === undefined ? String(db) : `${sourceDb} → ${db}`;
