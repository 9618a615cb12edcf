import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { OWN_PREFIX } from '../commands/own-keys.ts';
import { CHECKPOINT_DB } from './checkpoint.ts';

/** The tool's own keys on a target, of whatever task, by their database. */
export type OwnKeys = ReadonlyMap<number, readonly Buffer[]>;

const SCAN_COUNT = 10_000;
/** A task has a handful; what comes near this was written by somebody else. */
const MOST_KEYS = 10_000;

/**
 * Finds them in some databases, or in all, but those that are left out. It selects databases, so the connection is to be nobody else's.
 * @throws LockstepError COMMAND_UNSUPPORTED past MOST_KEYS
 */
export async function findOwnKeys(
  redis: Redis,
  databases: readonly number[] | 'all',
  isLeftOut: (name: Buffer) => boolean = () => false,
): Promise<OwnKeys> {
  const used = [...databasesOf(await readInfo(redis, 'keyspace')).keys()];
  const found = new Map<number, readonly Buffer[]>();
  let keys = 0;
  for (const db of used) {
    if (databases !== 'all' && !databases.includes(db)) continue;
    await redis.select(db);
    const names = new Map<string, Buffer>();
    let cursor = '0';
    do {
      const [next, page] = await redis.scanBuffer(cursor, 'MATCH', `${OWN_PREFIX}*`, 'COUNT', SCAN_COUNT);
      for (const name of page) if (!isLeftOut(name)) names.set(name.toString('latin1'), name);
      cursor = String(next);
      if (keys + names.size > MOST_KEYS)
        throw new LockstepError(
          'COMMAND_UNSUPPORTED',
          `the source flushed or swapped databases, and the target holds more than ${MOST_KEYS} keys that begin with ${OWN_PREFIX}`,
        );
    } while (cursor !== '0');
    keys += names.size;
    if (names.size > 0) found.set(db, [...names.values()]);
  }
  await redis.select(CHECKPOINT_DB);
  return found;
}
