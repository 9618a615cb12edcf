import type { Redis } from 'ioredis';

const WAIT_MS = 2000;

/**
 * Makes sure that a connection of ours is gone from the target, so that nothing it still holds is run later. Where CLIENT KILL
 * is not permitted, the target gets the time to notice by itself.
 */
export async function endConnection(redis: Redis, clientId: string): Promise<void> {
  try {
    await redis.call('CLIENT', 'KILL', 'ID', clientId);
  } catch {
    await new Promise((resolve) => setTimeout(resolve, WAIT_MS));
  }
}
