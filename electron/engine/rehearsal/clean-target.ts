import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { TargetCleaned } from '../../../shared/model/target-trial.ts';
import { buildKey, CHECKPOINT_DB, checkpointKey, keptKeysKey } from '../checkpoint/checkpoint.ts';
import { removeLanes } from '../checkpoint/lanes.ts';
import { scriptTextsKey } from '../checkpoint/script-texts.ts';
import { TASKS_KEY } from '../checkpoint/task-index.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { isOwnKey } from '../commands/own-keys.ts';
import { libraryNames } from '../control/function-libraries.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { onTarget, type OpenedTarget } from '../target/on-target.ts';
import type { World } from '../world/world.ts';
import { standingOf, writesBeside, type StandingCheckpoint } from './standing-parts.ts';

const NAME = 'lockstep:rehearsal';
const SCAN_COUNT = 1_000;
/** Where UNLINK came. */
const UNLINK_VERSION = 40_000;

const FACTS = {
  some: 'others have written to it since, and what they wrote would go as well',
  unknown: 'whether others have written to it since cannot be told',
} as const;

/**
 * Removes what a task has brought to a target that was empty before: all keys of its databases but those that the tool keeps for other
 * tasks, its function libraries, and then what the tool kept for it. Cut short, it can be done again. To be called only after somebody has
 * agreed, with the number of keys.
 * @throws LockstepError TARGET_IN_USE while the task writes; TARGET_HANDED_OVER where others may have written to the target, or where it
 * held keys of its own before; CHECKPOINT_MISSING; what opening a target may throw. Nothing was removed then.
 */
export async function cleanTarget(world: World, target: Endpoint, task: string): Promise<TargetCleaned> {
  return onTarget(world, target, NAME, async (opened) => {
    const standing = await standingOf(opened.redis, task);
    refuseUsed(standing, task);
    const writes = await writesBeside(opened.servers, standing);
    if (writes !== 'none')
      throw new LockstepError('TARGET_HANDED_OVER', `nothing was removed: ${FACTS[writes]}`);
    const databases = DatabaseChoice.parse(standing[0]!.checkpoint.databases);
    const removed: number[] = [];
    for (const redis of opened.servers) removed.push(await removeKeys(redis, databases, opened));
    const keys = removed.reduce((sum, one) => sum + one, 0);
    const libraries = await removeLibraries(opened.servers);
    for (const one of standing) await removeOwn(opened, one);
    return { keys, libraries };
  });
}

function refuseUsed(standing: readonly StandingCheckpoint[], task: string): void {
  for (const { checkpoint } of standing) {
    if (checkpoint.active) throw new LockstepError('TARGET_IN_USE', `the task ${task} writes to it`);
    if (checkpoint.kept || checkpoint.keptSlots || checkpoint.keptLibraries.length > 0)
      throw new LockstepError(
        'TARGET_HANDED_OVER',
        'nothing was removed: it was not empty when the task began',
      );
  }
}

async function removeKeys(
  redis: Redis,
  databases: DatabaseChoice,
  { facts, nodes }: OpenedTarget,
): Promise<number> {
  const remove = facts.abilities.version >= UNLINK_VERSION ? 'UNLINK' : 'DEL';
  let removed = 0;
  for (const db of databasesOf(await readInfo(redis, 'keyspace')).keys()) {
    if (!databases.includes(db)) continue;
    await redis.select(db);
    let cursor = '0';
    do {
      const [next, page] = await redis.scanBuffer(cursor, 'COUNT', SCAN_COUNT);
      const names = page.filter((name) => !isOwnKey(name, 0, name.length));
      const removing = redis.pipeline();
      // Keys of a cluster are in slots of their own.
      if (nodes) for (const name of names) removing.call(remove, name);
      else if (names.length > 0) removing.call(remove, ...names);
      for (const [error, count] of (await removing.exec()) ?? []) {
        if (error) throw error;
        removed += Number(count);
      }
      cursor = String(next);
    } while (cursor !== '0');
  }
  await redis.select(CHECKPOINT_DB);
  return removed;
}

/** @returns how many there were, be they on one of the servers alone */
async function removeLibraries(servers: readonly Redis[]): Promise<number> {
  const names = (await libraryNames(servers)) ?? [];
  for (const redis of servers)
    for (const name of (await libraryNames([redis])) ?? []) await redis.call('FUNCTION', 'DELETE', name);
  return names.length;
}

/** Last of all, so that what is left of a cleaning that was cut short is known. */
async function removeOwn(
  { redis, nodes }: OpenedTarget,
  { name, checkpoint }: StandingCheckpoint,
): Promise<void> {
  if (nodes && checkpoint.lanes) await removeLanes({ nodes, task: name, checkpoint });
  await redis.select(CHECKPOINT_DB);
  const removing = redis.multi();
  removing.del(keptKeysKey(name), buildKey(name), scriptTextsKey(name), checkpointKey(name));
  const replies = await removing.hdel(TASKS_KEY, name).exec();
  for (const [error] of replies ?? []) if (error) throw error;
}
