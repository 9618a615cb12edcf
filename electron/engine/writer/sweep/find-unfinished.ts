import { buildKey } from '../../checkpoint/checkpoint.ts';
import type { GuardedNode } from '../../checkpoint/guarded-node.ts';
import { inDatabase } from '../../control/in-database.ts';
import { OWN_PREFIX } from '../../commands/own-keys.ts';

const SCAN_COUNT = 10_000;

/** The names of values that a copy was building in a database when it broke: on a cluster one in each slot, at the most. */
export async function findUnfinished(
  { redis, clustered }: GuardedNode,
  task: string,
  db: number,
): Promise<Buffer[]> {
  const own = buildKey(task);
  if (!clustered) {
    const [there] = await inDatabase(redis, db, (asking) => asking.exists(own));
    return there === 1 ? [Buffer.from(own)] : [];
  }
  const end = Buffer.from(own.slice(own.indexOf('}'))).toString('latin1');
  const found = new Map<string, Buffer>();
  let cursor = '0';
  do {
    const [[next, page]] = (await inDatabase(redis, db, (asking) =>
      asking.scanBuffer(cursor, 'MATCH', `${OWN_PREFIX}{*`, 'COUNT', SCAN_COUNT),
    )) as [[Buffer, Buffer[]]];
    cursor = String(next);
    for (const key of page) {
      const name = key.toString('latin1');
      if (name.endsWith(end)) found.set(name, key);
    }
  } while (cursor !== '0');
  return [...found.values()];
}
