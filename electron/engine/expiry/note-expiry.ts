import type { Redis } from 'ioredis';
import { amendCheckpoint } from '../checkpoint/claim.ts';
import {
  checkpointKey,
  CHECKPOINT_DB,
  expiryFields,
  type Checkpoint,
  type ExpiryNote,
} from '../checkpoint/checkpoint.ts';

/**
 * A script that has written once may go on to do so on a target without room, and HDEL may always; so that a target which is
 * full can be handed over as well.
 */
const SCRIPT = `redis.call('SELECT', '0')
if redis.call('HGET', KEYS[1], 'owner') ~= ARGV[1] then return 0 end
redis.call('HDEL', KEYS[1], '')
for i = 2, #ARGV, 2 do redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1]) end
return 1`;

/**
 * Notes in the checkpoint what holds of expiry, if it is still ours. Not while a batch may be under way.
 * @throws LockstepError TARGET_TAKEN_OVER
 */
export async function noteExpiry(
  redis: Redis,
  task: string,
  ours: Checkpoint,
  note: ExpiryNote,
  scripts: boolean,
): Promise<Checkpoint> {
  if (scripts) {
    await redis.select(CHECKPOINT_DB);
    const noted: unknown = await redis
      .eval(SCRIPT, 1, checkpointKey(task), ours.owner, ...expiryFields(note))
      .catch(() => 0);
    if (noted === 1) return { ...ours, ...note };
  }
  // Where scripts are not permitted, and to say what is wrong.
  return amendCheckpoint(redis, task, ours, (present) => ({ ...present, ...note }));
}
