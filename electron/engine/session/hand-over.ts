import type { Redis } from 'ioredis';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { amendCheckpoint } from '../checkpoint/claim.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { releaseExpiry } from '../expiry/expiry-release.ts';

export interface HandOverOptions {
  readonly redis: Redis;
  readonly task: string;
  /** The task's checkpoint, which this process owns. */
  readonly checkpoint: Checkpoint;
  readonly databases: DatabaseChoice;
  readonly scripts: boolean;
}

/**
 * Makes every expiry on the target exact, so that it can be used in the source's place, and notes in the checkpoint what a
 * later run must know of it. @returns how many keys were held back
 */
export async function handOver(options: HandOverOptions): Promise<number> {
  const { redis, task, databases, scripts } = options;
  const { checkpoint } = options;
  const { earliestExpiryMs, fieldExpiry } = checkpoint;
  // Noted first: if this is cut short, the next run knows that some expiry may be exact already.
  await amendCheckpoint(redis, task, checkpoint, (present) => ({
    ...present,
    holdMs: 0,
    releasedAtMs: Date.now(),
    earliestExpiryMs: 1,
  }));
  const result = await releaseExpiry({ redis, databases, scripts, fieldExpiry });
  await amendCheckpoint(redis, task, checkpoint, (present) => ({
    ...present,
    active: false,
    releasedAtMs: result.beganAtMs,
    // Above 0 before, something was still to be repaired.
    earliestExpiryMs: earliestExpiryMs > 0 ? 1 : result.earliestExpiryMs,
  }));
  return result.keys;
}
