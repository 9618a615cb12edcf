import type { Redis } from 'ioredis';
import { checkpointKey } from '../checkpoint/checkpoint.ts';
import { command } from '../protocol/resp/encode.ts';

/** How many errors the server has replied with since it began, by its own count (6.2 and later). */
const COUNT = "string.match(redis.call('INFO','stats'),'total_error_replies:(%d+)')";
const BEGIN = `redis.call('HSET',KEYS[1],'errors',${COUNT})`;
const END = `if redis.call('HGET',KEYS[1],'errors')==${COUNT} then redis.call('HMSET',KEYS[1],'verified',ARGV[1],'verifiedDb',ARGV[2]) end`;

/** As the first command of a transaction: notes the server's count of errors in the task's checkpoint. */
export const countBefore = (task: string): Buffer => command('EVAL', BEGIN, '1', checkpointKey(task));

/**
 * As the last one: vouches in the checkpoint for an offset if no command of the transaction has failed since. Within EXEC no
 * other client has a turn, so an error in between is the transaction's own.
 */
export const verifyUpTo = (task: string, offset: number, db: number): Buffer =>
  command('EVAL', END, '1', checkpointKey(task), String(offset), String(db));

/**
 * Whether the target can tell by itself that a transaction had no error: its user may run scripts that ask INFO, and a command
 * that fails between two of them is counted. The checkpoint has to exist.
 */
export async function countsErrors(redis: Redis, task: string): Promise<boolean> {
  const key = checkpointKey(task);
  try {
    // GET of a hash is an error.
    const replies = await redis
      .multi()
      .eval(`return ${COUNT}`, 1, key)
      .get(key)
      .eval(`return ${COUNT}`, 1, key)
      .exec();
    const [before, failure, after] = replies ?? [];
    return (
      failure?.[0] instanceof Error && isCount(before?.[1]) && Number(after?.[1]) === Number(before?.[1]) + 1
    );
  } catch (error) {
    if (redis.status !== 'ready') throw error;
    return false;
  }
}

const isCount = (reply: unknown): boolean => typeof reply === 'string' && /^\d+$/.test(reply);
