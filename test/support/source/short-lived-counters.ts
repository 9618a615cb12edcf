import type { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';

const COUNTERS = 60;
/** Time to live, from which a round takes one at random; a counter is extended when it has a few rounds left, or by a whim. */
const LIVES_MS = [250, 1000, 3000, 10_000];
const ROUND_MS = 40;
/** Enough for a slow machine; a counter that the source lets die all the same begins anew on both sides. */
const SPARE_MS = 170;

/** Counters and lists under short expiry, which one writer counts up all the time and extends at random, just in time. */
export class ShortLivedCounters {
  private readonly redis: Redis;
  private readonly diesAtMs = new Map<string, number>();
  private running: Promise<void> | undefined;
  private ended = false;
  readonly count = COUNTERS;

  constructor(redis: Redis) {
    this.redis = redis;
  }

  begin(): void {
    this.running = this.run();
  }

  /** @throws what a write met */
  async during(ms: number): Promise<void> {
    await Promise.race([pause(ms), this.running]);
  }

  /** Gives every counter a life that outlasts a comparison, and ends. */
  async end(): Promise<void> {
    this.ended = true;
    await this.running;
    const last = this.redis.pipeline();
    for (const key of this.diesAtMs.keys()) last.pexpire(key, 600_000);
    await last.exec();
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      const nowMs = Date.now();
      const writes = this.redis.pipeline();
      for (let i = 0; i < COUNTERS; i++) {
        const key = `counter:${i}`;
        writes.incr(key);
        const lifeMs = LIVES_MS[Math.floor(Math.random() * LIVES_MS.length)]!;
        const left = (this.diesAtMs.get(key) ?? 0) - nowMs;
        if (left < SPARE_MS || Math.random() < 0.1) {
          writes.pexpire(key, lifeMs);
          this.diesAtMs.set(key, nowMs + lifeMs);
        }
      }
      const replies = (await writes.exec()) ?? [];
      for (const [error] of replies) if (error) throw error;
      await pause(ROUND_MS);
    }
  }
}
