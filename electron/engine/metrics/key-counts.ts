import type { Redis } from 'ioredis';
import type { DatabaseCount } from '../../../shared/model/metrics.ts';
import { databasesOf, readInfo, type DatabaseKeys } from '../control/info.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';

/**
 * Keys per database of the target on both sides, those of all servers of the target together; `ownKeys` of its database 0 are the tool's and are
 * left out.
 */
export async function countKeys(
  source: Redis,
  target: readonly Redis[],
  databases: DatabaseChoice,
  ownKeys: number,
): Promise<DatabaseCount[]> {
  const [onSource, onTarget] = await Promise.all([
    readInfo(source, 'keyspace'),
    Promise.all(target.map((redis) => readInfo(redis, 'keyspace'))),
  ]);
  const together = sumCounts(onTarget.map(databasesOf));
  return joinCounts(databasesOf(onSource), together, databases, ownKeys);
}

export function sumCounts(
  servers: readonly ReadonlyMap<number, DatabaseKeys>[],
): ReadonlyMap<number, DatabaseKeys> {
  const sums = new Map<number, DatabaseKeys>();
  for (const [db, { keys, expires }] of servers.flatMap((counts) => [...counts])) {
    const before = sums.get(db) ?? { keys: 0, expires: 0 };
    sums.set(db, { keys: before.keys + keys, expires: before.expires + expires });
  }
  return sums;
}

export function joinCounts(
  source: ReadonlyMap<number, DatabaseKeys>,
  onTarget: ReadonlyMap<number, DatabaseKeys>,
  databases: DatabaseChoice,
  ownKeys: number,
): DatabaseCount[] {
  const onSource = new Map([...source].map(([db, keys]) => [databases.targetDb(db), keys]));
  const all = new Set([...onSource.keys(), ...onTarget.keys()]);
  const counts: DatabaseCount[] = [];
  for (const db of [...all].sort((a, b) => a - b)) {
    if (!databases.includes(db)) continue;
    const there = onSource.get(db);
    const here = onTarget.get(db);
    const sourceDb = databases.sourceDb(db);
    const own = db === 0 ? ownKeys : 0;
    counts.push({
      db,
      ...(sourceDb !== db && { sourceDb }),
      sourceKeys: there?.keys ?? 0,
      sourceExpires: there?.expires ?? 0,
      targetKeys: Math.max(0, (here?.keys ?? 0) - own),
      targetExpires: here?.expires ?? 0,
    });
  }
  return counts;
}
