import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { isReplyError } from './reply-error.ts';

/**
 * What a node answers to a command, or within a script, whose slot it has not, has no more or only partly, and what one answers that
 * has become a replica or has lost its cluster. Source: Redis cluster.c: clusterRedirectClient; script.c: scriptVerifyClusterState.
 */
const CHANGED =
  /^(MOVED|ASK|TRYAGAIN|CLUSTERDOWN|READONLY)\b|access a non local key|while the cluster is down|slot not served/;

/** A node that answers so is not, or not any more, what it was asked for. */
export const tellsOfChange = (answer: string): boolean => CHANGED.test(answer);

/** Runs something on a node of the target. @throws LockstepError TARGET_SLOTS_MOVED in the place of such an answer */
export async function onChange<T>(run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (isReplyError(error) && tellsOfChange(error.message)) throw slotsMoved(error.message, error);
    throw error;
  }
}

export const slotsMoved = (fact: string, cause?: Error): LockstepError =>
  new LockstepError('TARGET_SLOTS_MOVED', fact.slice(0, 300), { cause });
