import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { moduleNames } from '../control/module-names.ts';
import { printable } from '../protocol/resp/describe-command.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import { scanKeys } from '../checkpoint/ownership.ts';

/** What TYPE says of values that need no module. */
export const BUILT_IN_TYPES = new Set(['string', 'list', 'set', 'zset', 'hash', 'stream', 'none']);

/**
 * Names the first key whose value belongs to a module that the target lacks, which has those that are `present`, before anything is written. Only a source
 * with such a module loaded is looked through. Leaves database 0 selected.
 * @throws LockstepError MODULE_MISSING
 */
export async function checkModules(
  source: Redis,
  present: readonly string[],
  databases: DatabaseChoice,
): Promise<void> {
  const missing = (await moduleNames(source)).filter((name) => !present.includes(name));
  if (missing.length === 0) return;
  const found = await findForeign(source, databases);
  await source.select(CHECKPOINT_DB);
  if (!found) return;
  const { key, db, type } = found;
  throw new LockstepError(
    'MODULE_MISSING',
    `key ${printable(key, 0, key.length)} in database ${db} is of type ${type}; the target lacks the modules ${missing.join(', ')}`,
  );
}

/** The first key whose value belongs to a module. */
async function findForeign(
  source: Redis,
  databases: DatabaseChoice,
): Promise<{ readonly key: Buffer; readonly db: number; readonly type: string } | undefined> {
  for (const db of databasesOf(await readInfo(source, 'keyspace')).keys()) {
    if (!databases.takes(db)) continue;
    await source.select(db);
    for await (const page of scanKeys(source, undefined)) {
      const pipeline = source.pipeline();
      for (const key of page) pipeline.type(key);
      const replies = (await pipeline.exec()) ?? [];
      for (const [i, [error, type]] of replies.entries()) {
        if (error) throw error;
        if (!BUILT_IN_TYPES.has(String(type))) return { key: page[i]!, db, type: String(type) };
      }
    }
  }
  return undefined;
}
