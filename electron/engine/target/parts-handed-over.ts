import type { ChainableCommander, Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { CHECKPOINT_DB, checkpointKey, parseCheckpoint, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { stillOurs } from '../checkpoint/claim.ts';
import { isReplyError } from '../control/reply-error.ts';
import { noteOf, UNKNOWN, type WritesSince } from '../control/write-mark.ts';
import { marksOf, TOGETHER, writesSinceHandOver, type TargetServers } from './handed-over.ts';

const MOST_ATTEMPTS = 20;
const WORST_FIRST: readonly WritesSince[] = ['some', 'unknown', 'none'];

/** A part as the run knows it that owns it. */
export interface OwnedPart {
  /** See partName. */
  readonly task: string;
  readonly checkpoint: Checkpoint;
}

/**
 * Whether others may have written to the target since the parts of a task handed it over. To be asked before any of them claims: what
 * they write from here on is nobody's else, and the mark of none of them could tell. So the answer itself is put in the place of each
 * mark, and holds for the part until it goes on: whatever comes of this run, a part whose keys others may have touched asks before it
 * replaces them. `names`: of all parts that stand there.
 * @throws LockstepError TASK_MISMATCH for a checkpoint that cannot be read
 */
export async function beginTogether(servers: TargetServers, names: readonly string[]): Promise<WritesSince> {
  if (names.length === 0) return 'none';
  return inOneStep(servers[0], names, async (found, writing) => {
    const answers: WritesSince[] = [];
    for (const [name, present] of found) {
      if (!present) continue;
      const writes = await writesSinceHandOver(servers, present);
      answers.push(writes);
      if (isMark(present.handedOver))
        writing.hset(checkpointKey(name), 'handedOver', writes === 'none' ? TOGETHER : UNKNOWN);
    }
    return worstOf(answers);
  });
}

/** The same as the parts of a task have it, of one that is new among them. */
export const writesSinceTogether = async (
  servers: TargetServers,
  parts: readonly Checkpoint[],
): Promise<WritesSince> =>
  worstOf(await Promise.all(parts.map((part) => writesSinceHandOver(servers, part))));

const worstOf = (answers: readonly WritesSince[]): WritesSince =>
  WORST_FIRST.find((writes) => answers.includes(writes)) ?? 'none';

/**
 * Notes how many writes the target has run by now, once all parts of a task have handed it over: one mark for all, in one step. A part
 * that others may have touched before it went on keeps saying so, and one with a part of a copy is not handed over. One that is gone
 * has nothing to note.
 * @throws LockstepError TARGET_TAKEN_OVER
 */
export async function noteHandOverOf(servers: TargetServers, parts: readonly OwnedPart[]): Promise<void> {
  const ours = new Map(parts.map(({ task, checkpoint }) => [task, checkpoint]));
  if (ours.size === 0) return;
  let keys: string[] = [];
  try {
    await inOneStep(servers[0], [...ours.keys()], async (found, writing) => {
      keys = [...ours].flatMap(([task, checkpoint]) => {
        const present = found.get(task) && stillOurs(found.get(task), checkpoint);
        return present?.active === false && present.handedOver === TOGETHER ? [checkpointKey(task)] : [];
      });
      const note = noteOf(await marksOf(servers), keys.length);
      for (const key of keys) writing.hset(key, 'handedOver', note);
    });
  } catch (error) {
    if (!isReplyError(error)) throw error;
    // There is no room for it, and none for a transaction. Without a mark the next run takes the target for one that others may have
    // written to; one that has begun by now takes the same for the part as before.
    for (const key of keys) await servers[0].hdel(key, 'handedOver');
  }
}

const isMark = (handedOver: string): boolean =>
  handedOver !== '' && handedOver !== TOGETHER && handedOver !== UNKNOWN;

/** Reads checkpoints and writes what comes of them, if none of them has changed in between. */
async function inOneStep<T>(
  redis: Redis,
  names: readonly string[],
  work: (found: ReadonlyMap<string, Checkpoint | undefined>, writing: ChainableCommander) => Promise<T>,
): Promise<T> {
  await redis.select(CHECKPOINT_DB);
  for (let attempt = 0; attempt < MOST_ATTEMPTS; attempt++) {
    await redis.watch(...names.map(checkpointKey));
    try {
      const found = new Map<string, Checkpoint | undefined>();
      for (const name of names) found.set(name, parseCheckpoint(await redis.hgetall(checkpointKey(name))));
      const writing = redis.multi();
      const result = await work(found, writing);
      const replies = await writing.exec();
      for (const [error] of replies ?? []) if (error) throw error;
      if (replies) return result;
    } catch (error) {
      await redis.unwatch().catch(() => undefined);
      throw error;
    }
  }
  throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoints change faster than they can be written');
}
