import type { Redis } from 'ioredis';

/** The fields of INFO as a map; section titles are left out. */
export function parseInfo(text: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon > 0 && !line.startsWith('#')) fields.set(line.slice(0, colon), line.slice(colon + 1));
  }
  return fields;
}

export async function readInfo(redis: Redis, ...sections: readonly string[]): Promise<Map<string, string>> {
  const fields = new Map<string, string>();
  // Several sections in one call exist only since 7.0.
  for (const section of sections)
    for (const [name, value] of parseInfo(await redis.info(section))) fields.set(name, value);
  return fields;
}

/** One field of INFO, without reading the others: some hundred lines make a map of some hundred texts. */
export function infoField(text: string, name: string): string | undefined {
  const at = text.indexOf(`\n${name}:`);
  if (at < 0) return undefined;
  const from = at + name.length + 2;
  const end = text.indexOf('\n', from);
  return text.slice(from, end < 0 ? text.length : end).trimEnd();
}

export interface DatabaseKeys {
  readonly keys: number;
  readonly expires: number;
}

/** `db0:keys=1,expires=0,…` of INFO keyspace. */
export function databasesOf(info: ReadonlyMap<string, string>): Map<number, DatabaseKeys> {
  const databases = new Map<number, DatabaseKeys>();
  for (const [name, value] of info) {
    const db = /^db(\d+)$/.exec(name);
    const counts = /^keys=(\d+),expires=(\d+)/.exec(value);
    if (db && counts) databases.set(Number(db[1]), { keys: Number(counts[1]), expires: Number(counts[2]) });
  }
  return databases;
}

/** The databases of several servers, those of the same number added up. */
export function addDatabases(all: readonly ReadonlyMap<number, DatabaseKeys>[]): Map<number, DatabaseKeys> {
  const sums = new Map<number, DatabaseKeys>();
  for (const databases of all)
    for (const [db, { keys, expires }] of databases) {
      const sum = sums.get(db) ?? { keys: 0, expires: 0 };
      sums.set(db, { keys: sum.keys + keys, expires: sum.expires + expires });
    }
  return sums;
}

/** The keys of all these databases. */
export const countKeys = (databases: ReadonlyMap<number, DatabaseKeys>): number =>
  [...databases.values()].reduce((sum, { keys }) => sum + keys, 0);
