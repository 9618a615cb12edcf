import type { Redis } from 'ioredis';
import { isReplyError } from '../../control/reply-error.ts';
import { APPLY_SCRIPT, APPLY_SHA, applyArguments, type LaneCall } from './apply-script.ts';
import { laneFailure } from './script-reply.ts';

/**
 * One step of a lane over a connection for questions, for what is not on the data path.
 * @throws LockstepError of laneFailure where the node refuses it; what the connection fails with else
 */
export async function runInLane(redis: Redis, call: LaneCall): Promise<void> {
  const args = applyArguments(call);
  try {
    await redis.call('EVALSHA', APPLY_SHA, ...args).catch((error: unknown) => {
      if (!isReplyError(error) || !error.message.startsWith('NOSCRIPT')) throw error;
      return redis.call('EVAL', APPLY_SCRIPT, ...args);
    });
  } catch (error) {
    throw refusalOf(error);
  }
}

/** What a node answers to a question about a key of a lane is told as an answer to a batch is. */
export const refusalOf = (error: unknown): unknown =>
  isReplyError(error) ? laneFailure(error.message).error : error;
