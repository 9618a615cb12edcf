import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CHECKPOINT_DB, checkpointKey, keptKeysKey, parseCheckpoint, type Checkpoint } from './checkpoint.ts';
import { describeLibraries } from '../control/function-libraries.ts';
import { inDatabase } from '../control/in-database.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { addDatabases, databasesOf, readInfo } from '../control/info.ts';
import { isOwnKey, OWN_PREFIX } from '../commands/own-keys.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import type { SlotSet } from '../router/slot-set.ts';

const SCAN_COUNT = 1000;

/**
 * Pages through the keys of a database but the tool's own; of a part, through those of its slots. Without `db` it is the one that the connection
 * is in, which nothing else is to use then; with it the connection is left in database 0.
 */
export async function* scanKeys(
  redis: Redis,
  slots: SlotSet | undefined,
  db?: number,
): AsyncGenerator<Buffer[]> {
  let cursor = '0';
  do {
    const [next, keys] =
      db === undefined
        ? await redis.scanBuffer(cursor, 'COUNT', SCAN_COUNT)
        : await scanPage(redis, db, cursor, SCAN_COUNT);
    cursor = String(next);
    const foreign = keys.filter((key) => !isOwnKey(key, 0, key.length) && (slots?.hasKey(key) ?? true));
    if (foreign.length > 0) yield foreign;
  } while (cursor !== '0');
}

/** A page of SCAN in a database. The connection is left in database 0. */
export async function scanPage(
  redis: Redis,
  db: number,
  cursor: string,
  count: number,
): Promise<[cursor: Buffer, keys: Buffer[]]> {
  const [page] = await inDatabase(redis, db, (asking) => asking.scanBuffer(cursor, 'COUNT', count));
  return page as [Buffer, Buffer[]];
}

/** The databases of the target that the task writes to and that hold anything. */
export async function databasesInUse(redis: Redis, databases: DatabaseChoice): Promise<number[]> {
  const used = [...databasesOf(await readInfo(redis, 'keyspace')).keys()];
  return used.filter((db) => databases.includes(db)).sort((a, b) => a - b);
}

/** All databases of a cluster that hold anything. */
export async function databasesOfNodes(nodes: SlotNodes): Promise<readonly number[]> {
  const infos = (await nodes.primaries()).map(async (redis) =>
    databasesOf(await readInfo(redis, 'keyspace')),
  );
  return [...addDatabases(await Promise.all(infos)).keys()];
}

/**
 * The keys that stand on the servers of a target per database, the tool's own left out; databases without any are left out. A
 * database of several servers counts once, with the keys of all. `slots`: those of a part alone, for which every key is gone through.
 */
export async function standingKeys(
  servers: readonly Redis[],
  databases: DatabaseChoice,
  slots: SlotSet | undefined,
): Promise<Map<number, number>> {
  const standing = new Map<number, number>();
  await Promise.all(
    servers.map(async (redis) => {
      for (const db of await databasesInUse(redis, databases)) {
        await redis.select(db);
        const keys = slots ? await countKeysIn(redis, slots) : await countForeignKeys(redis);
        if (keys > 0) standing.set(db, (standing.get(db) ?? 0) + keys);
      }
      await redis.select(CHECKPOINT_DB);
    }),
  );
  return standing;
}

/** Whether any key but the tool's own stands in one of these databases of a target's servers; of a part, any of its slots. */
export async function holdsKeys(
  servers: readonly Redis[],
  databases: DatabaseChoice,
  slots: SlotSet | undefined,
): Promise<boolean> {
  const held = await Promise.all(servers.map((redis) => serverHoldsKeys(redis, databases, slots)));
  return held.includes(true);
}

async function serverHoldsKeys(
  redis: Redis,
  databases: DatabaseChoice,
  slots: SlotSet | undefined,
): Promise<boolean> {
  let holds = false;
  for (const db of await databasesInUse(redis, databases)) {
    await redis.select(db);
    holds = await hasForeignKey(redis, slots);
    if (holds) break;
  }
  await redis.select(CHECKPOINT_DB);
  return holds;
}

/** Whether any key of the present database is not the tool's own; of a part, any in its slots. */
async function hasForeignKey(redis: Redis, slots: SlotSet | undefined): Promise<boolean> {
  for await (const page of scanKeys(redis, slots)) return page.length > 0;
  return false;
}

/** @throws LockstepError TARGET_NOT_EMPTY that names each database and what stands in it, and the function libraries */
export function refuseStanding(standing: ReadonlyMap<number, number>, libraries: readonly string[]): void {
  if (standing.size === 0 && libraries.length === 0) return;
  const list = [...standing].map(([db, keys]) => `database ${db}: ${keys} ${keys === 1 ? 'key' : 'keys'}`);
  if (libraries.length > 0) list.push(describeLibraries(libraries));
  throw new LockstepError('TARGET_NOT_EMPTY', list.join(', '));
}

/** `name`: that of the task, or of the part, whose checkpoint it is. */
export type MayAdd = (now: Checkpoint | undefined, name: string) => boolean;

async function allOf(redis: Redis, claims: readonly string[], mayAdd: MayAdd): Promise<boolean> {
  const found = await Promise.all(claims.map((name) => redis.hgetall(checkpointKey(name))));
  return claims.every((name, i) => mayAdd(parseCheckpoint(found[i]!), name));
}

/**
 * Remembers the names of the keys that stand on the target before a task that may overwrite keys of the same name: whatever
 * happens later, a key that is only the target's is never removed by us. Names are added and none is taken away, as another run may go by
 * them. `mayAdd`: whether what stands there is the target's own, as far as a checkpoint tells; looked at with each page, in its step.
 * `claims`: of a task with parts, those that have claimed their checkpoints, each of which is looked at.
 * @throws LockstepError TARGET_TAKEN_OVER where it is not any more
 */
export async function rememberStandingKeys(
  redis: Redis,
  task: string,
  standing: ReadonlyMap<number, number>,
  mayAdd: MayAdd,
  claims: readonly string[] = [task],
): Promise<void> {
  for (const db of standing.keys()) {
    await redis.select(db);
    for await (const page of scanKeys(redis, undefined)) {
      await redis.select(CHECKPOINT_DB);
      await redis.watch(...claims.map(checkpointKey));
      const free = await allOf(redis, claims, mayAdd);
      await redis.select(db);
      const added =
        free &&
        (await redis
          .multi()
          .sadd(keptKeysKey(task), ...page)
          .exec());
      if (!added) {
        await redis.unwatch();
        throw new LockstepError('TARGET_TAKEN_OVER', 'another run of this task began at the same moment');
      }
      for (const [error] of added) if (error) throw error;
    }
  }
  await redis.select(CHECKPOINT_DB);
}

/** How many keys of the present database lie in these slots. */
async function countKeysIn(redis: Redis, slots: SlotSet): Promise<number> {
  let keys = 0;
  for await (const page of scanKeys(redis, slots)) keys += page.length;
  return keys;
}

/** How many keys of the present database are not the tool's own. */
async function countForeignKeys(redis: Redis): Promise<number> {
  const keys = (await redis.dbsize()) - (await countOwnKeys(redis));
  // Those of its own may be carried to another node of a cluster between the two.
  return keys > 0 && (await hasForeignKey(redis, undefined)) ? keys : 0;
}

/** How many keys of the present database are the tool's own. */
async function countOwnKeys(redis: Redis): Promise<number> {
  let cursor = '0';
  let own = 0;
  do {
    const [next, keys] = await redis.scan(cursor, 'MATCH', `${OWN_PREFIX}*`, 'COUNT', 10_000);
    own += keys.length;
    cursor = next;
  } while (cursor !== '0');
  return own;
}
