import type { Redis } from 'ioredis';
import type { Clock } from '../world/clock.ts';
import { ifRefused } from './reply-error.ts';

const PINGS = 5;

/** The median of a few round trips, in ms. A refused PING takes the same way there and back. */
export async function measureRoundTrip(clock: Clock, redis: Redis): Promise<number> {
  const tookMs: number[] = [];
  for (let i = 0; i < PINGS; i++) {
    const beganMs = clock.monotonicMs();
    await redis.ping().catch(ifRefused(undefined));
    tookMs.push(clock.monotonicMs() - beganMs);
  }
  tookMs.sort((a, b) => a - b);
  return Math.round(tookMs[PINGS >> 1]! * 100) / 100;
}
