import type { ChainableCommander, Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import {
  CHECKPOINT_DB,
  checkpointFields,
  checkpointKey,
  keptKeysKey,
  parseCheckpoint,
  vouched,
  type Checkpoint,
} from './checkpoint.ts';
import { refuseOtherForm, refuseOtherTasks, tasksWriting } from './other-tasks.ts';
import { readTasks, searchTasks, TASKS_KEY } from './task-index.ts';
import { formatEntry, parseEntry } from './task-origins.ts';
import { belongTogether, partOf } from './task-parts.ts';
import { databasesOf, readInfo } from '../control/info.ts';
import { isReplyError } from '../control/reply-error.ts';

const MOST_ATTEMPTS = 20;
/** An owner that commits with every round trip lets nobody else come in between: after so many attempts it is deposed first. */
const PATIENT_ATTEMPTS = 3;

export async function readCheckpoint(redis: Redis, task: string): Promise<Checkpoint | undefined> {
  await redis.select(CHECKPOINT_DB);
  return parseCheckpoint(await redis.hgetall(checkpointKey(task)));
}

/**
 * Makes this run the owner of the task: writes what `decide` makes of the present checkpoint, with an epoch above it and above
 * the one decided on, and the task's entry in the index, if nothing changed either in between. From then on no batch of an
 * earlier owner passes. `owner` names this run. Of two tasks that claim the same databases at the same moment one is refused.
 * `others`: a claim that only ends what a task does is made beside another task, too. `known`: owners of parts of the same task; one of
 * anybody else was claimed by another run, which this claim would write beside.
 * @throws LockstepError TARGET_IN_USE when another task writes to one of its databases; TASK_MISMATCH when the same one stands there
 * with parts and has none now, or the other way round; TARGET_TAKEN_OVER when others keep changing it; what `decide` throws
 */
export async function claimCheckpoint(
  redis: Redis,
  task: string,
  owner: string,
  decide: (present: Checkpoint | undefined) => Checkpoint,
  others: 'refuse' | 'allow' = 'refuse',
  known?: ReadonlySet<string>,
): Promise<Checkpoint> {
  let searched: readonly string[] = [];
  // A first run, or an index that was lost: looked for once, and from then on the index tells.
  if (!(await readTasks(redis)).includes(task)) searched = await searchTasks(redis);
  for (let attempt = 1; attempt <= MOST_ATTEMPTS; attempt++) {
    const claimed = await watched(redis, [TASKS_KEY, checkpointKey(task)], async () => {
      const index = await redis.hgetall(TASKS_KEY);
      const names = new Set([...Object.keys(index), ...searched]);
      const present = parseCheckpoint(await redis.hgetall(checkpointKey(task)));
      const decided = decide(present);
      if (others === 'refuse') await refuseOtherForm(redis, [...names], task);
      if (known) await refuseOtherRun(redis, index, task, known);
      if (decided.active && others === 'refuse')
        refuseOtherTasks(
          await tasksWriting(redis, [...names], task, DatabaseChoice.parse(decided.databases)),
        );
      const epoch = Math.max(present?.epoch ?? 0, decided.epoch) + 1;
      const mine: Checkpoint = { ...decided, owner, epoch };
      const { origins } = parseEntry(index[task] ?? '');
      const writing = redis.multi().hset(TASKS_KEY, task, formatEntry({ owner, origins }));
      writing.hmset(checkpointKey(task), ...checkpointFields(mine));
      return (await stands(writing)) ? mine : undefined;
    });
    if (claimed) return claimed;
    if (attempt === PATIENT_ATTEMPTS) await depose(redis, task, owner);
  }
  throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changes faster than it can be claimed');
}

/**
 * Takes back a claim under which nothing was written, if it is still ours, and in the same step the names that were noted for it on one
 * server: another run may have noted them anew by the time that it claims. Those of a task with parts are of all of them, and stay.
 */
export async function dropClaim(redis: Redis, task: string, claimed: Checkpoint): Promise<void> {
  const databases = databasesOf(await readInfo(redis, 'keyspace')).keys();
  await redis.select(CHECKPOINT_DB);
  await watched(redis, [checkpointKey(task)], async () => {
    if ((await redis.hget(checkpointKey(task), 'owner')) !== claimed.owner) return redis.unwatch();
    const dropping = redis.multi();
    for (const db of claimed.kept && !claimed.keptSlots && !partOf(task) ? databases : [])
      dropping.select(db).del(keptKeysKey(task));
    return stands(dropping.select(CHECKPOINT_DB).del(checkpointKey(task)).hdel(TASKS_KEY, task));
  });
}

/** What tells whether a checkpoint is still as it was read. */
const MARKS = ['owner', 'epoch', 'offset', 'verified'] as const;

/**
 * A script that has written once may go on to do so on a target without room, and HDEL may always: so what stands there can be
 * noted, although its last value has filled the target. Nothing can be put between MULTI and EXEC there.
 */
const SET_ANYWAY = `for i, field in ipairs({${MARKS.map((field) => `'${field}'`).join(', ')}}) do
  if redis.call('HGET', KEYS[1], field) ~= ARGV[i] then return 0 end
end
redis.call('HDEL', KEYS[1], '')
redis.call('HMSET', KEYS[1], unpack(ARGV, ${MARKS.length + 1}))
return 1`;

/**
 * Changes the checkpoint as it stands, if it is still ours: a batch that was under way when its connection was closed may have
 * moved it, and one that comes later does not pass. What this run has looked at is vouched for.
 * @throws LockstepError TARGET_TAKEN_OVER, CHECKPOINT_MISSING
 */
export async function amendCheckpoint(
  redis: Redis,
  task: string,
  ours: Checkpoint,
  change: (present: Checkpoint) => Checkpoint,
): Promise<Checkpoint> {
  await redis.select(CHECKPOINT_DB);
  const key = checkpointKey(task);
  const changed = (fields: Record<string, string>): Checkpoint =>
    change(vouched(stillOurs(parseCheckpoint(fields), ours), ours));
  let full: Error | undefined;
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    try {
      const next = full
        ? await setAnyway(redis, key, changed)
        : await watched(redis, [key], async () => {
            const wanted = changed(await redis.hgetall(key));
            const writing = redis.multi().hmset(key, ...checkpointFields(wanted));
            return (await stands(writing)) ? wanted : undefined;
          });
      if (next) return next;
    } catch (error) {
      // What a script is refused for is not to be told in its place.
      if (full && isReplyError(error)) throw full;
      if (full || !isFull(error)) throw error;
      full = error;
    }
  }
  throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changed while it was written');
}

/**
 * Writes the checkpoint outside of a batch, if it is still ours.
 * @throws LockstepError TARGET_TAKEN_OVER, CHECKPOINT_MISSING
 */
export async function updateCheckpoint(redis: Redis, task: string, checkpoint: Checkpoint): Promise<void> {
  await amendCheckpoint(redis, task, checkpoint, ({ epoch }) => ({ ...checkpoint, epoch }));
}

/**
 * What `owner` claims, where it goes on from a checkpoint that it has read before. The one that wrote that may have gone on
 * since, and have raised its epoch; nobody else may have come between. @throws LockstepError
 */
export function unchanged(now: Checkpoint | undefined, present: Checkpoint, owner: string): Checkpoint {
  if (!now) throw missing();
  if (now.owner !== present.owner && now.owner !== owner)
    throw new LockstepError('TARGET_TAKEN_OVER', 'another run of this task began at the same moment');
  return now;
}

/** The checkpoint as its owner finds it. @throws LockstepError TARGET_TAKEN_OVER, CHECKPOINT_MISSING */
export function stillOurs(now: Checkpoint | undefined, ours: Checkpoint): Checkpoint {
  if (!now) throw missing();
  // An owner is one run; an epoch comes twice where a target went back to an older save.
  if (now.owner !== ours.owner)
    throw new LockstepError(
      'TARGET_TAKEN_OVER',
      `the checkpoint has epoch ${now.epoch}; this run is epoch ${ours.epoch}`,
    );
  return now;
}

export const missing = (): LockstepError =>
  new LockstepError('CHECKPOINT_MISSING', 'the checkpoint was removed from the target');

/**
 * What a run that was cut off has left may be another's in the checkpoint than in the index (see `depose`): then the checkpoint tells.
 * @throws LockstepError TARGET_TAKEN_OVER where the index has another part of the task that none of `known` has claimed
 */
async function refuseOtherRun(
  redis: Redis,
  index: Readonly<Record<string, string>>,
  task: string,
  known: ReadonlySet<string>,
): Promise<void> {
  for (const [name, entry] of Object.entries(index)) {
    if (name === task || !belongTogether(name, task) || known.has(parseEntry(entry).owner)) continue;
    const owner = await redis.hget(checkpointKey(name), 'owner');
    // A claim writes both in one step: an entry that has outlived its checkpoint is no run's.
    if (owner !== null && !known.has(owner))
      throw new LockstepError('TARGET_TAKEN_OVER', `another run of this task has begun ${name}`);
  }
}

/** Runs something that ends with EXEC; what it throws before that leaves nothing watched. */
async function watched<T>(redis: Redis, keys: readonly string[], run: () => Promise<T>): Promise<T> {
  await redis.watch(...keys);
  try {
    return await run();
  } catch (error) {
    await redis.unwatch().catch(() => undefined);
    throw error;
  }
}

/** @returns false when something that is watched has changed, so that nothing was done */
async function stands(writing: ChainableCommander): Promise<boolean> {
  const replies = await writing.exec();
  if (!replies) return false;
  for (const [error] of replies) if (error) throw error;
  return true;
}

async function setAnyway(
  redis: Redis,
  key: string,
  change: (fields: Record<string, string>) => Checkpoint,
): Promise<Checkpoint | undefined> {
  const fields = await redis.hgetall(key);
  const next = change(fields);
  const marks = MARKS.map((field) => fields[field] ?? '');
  return (await redis.eval(SET_ANYWAY, 1, key, ...marks, ...checkpointFields(next))) === 1 ? next : undefined;
}

/** A server has no room for it; EXEC has the errors of its commands beside its own, and one that broke off may have itself there. */
function isFull(error: unknown): error is Error {
  if (!(error instanceof Error)) return false;
  const earlier: readonly unknown[] =
    'previousErrors' in error && Array.isArray(error.previousErrors) ? error.previousErrors : [];
  return [error, ...earlier].some((one) => one instanceof Error && one.message.startsWith('OOM'));
}

/** Whoever owns the task writes nothing more from here on, whatever comes of the claim. */
async function depose(redis: Redis, task: string, owner: string): Promise<void> {
  const key = checkpointKey(task);
  const replies = await redis.multi().hset(key, 'owner', owner).hincrby(key, 'epoch', 1).exec();
  // Epochs begin at 1: there was no checkpoint any more.
  if (replies?.[1]?.[1] === 1) await redis.del(key);
}
