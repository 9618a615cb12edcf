import type { Redis } from 'ioredis';
import { eventually } from './eventually.ts';

const ANSWER_WITHIN_MS = 500;

/**
 * Waits until the stream flows to so many replicas of a server. A link that is up is not enough: after a snapshot without a file
 * the primary holds the stream back until the replica's next acknowledgement, up to a second later, and one that is promoted
 * before that has a history that ends where the snapshot did. Leaves no key behind.
 */
export async function replicating(primary: Redis, replicas: number): Promise<void> {
  await eventually(`the stream flows to ${replicas} replica(s)`, async () => {
    await primary.publish('replicating', '');
    return (await primary.wait(replicas, ANSWER_WITHIN_MS)) >= replicas;
  });
}
