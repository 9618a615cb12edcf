import type { Redis } from 'ioredis';
import { infoField } from './info.ts';

/** What the servers of a target say of the keys that they removed to make room. */
export interface Evictions {
  /** Keys by the run id of the process that counts them; a restart counts from 0 under another one. */
  readonly counters: ReadonlyMap<string, number>;
  /** The name of the maxmemory-policy, of several that of one which evicts; empty where INFO does not tell (before 4.0). */
  readonly policy: string;
}

/** Asked of every node by every part of a task, once a second. */
export async function readEvictions(servers: readonly Redis[]): Promise<Evictions> {
  const told = await Promise.all(servers.map(readOne));
  const policies = told.map(({ policy }) => policy);
  return {
    counters: new Map(told.map(({ runId, evictedKeys }) => [runId, evictedKeys])),
    policy: policies.find((policy) => policy !== 'noeviction') ?? policies[0] ?? '',
  };
}

async function readOne(redis: Redis): Promise<{ runId: string; evictedKeys: number; policy: string }> {
  const runId = infoField(await redis.info('server'), 'run_id') ?? '';
  const evictedKeys = Number(infoField(await redis.info('stats'), 'evicted_keys') ?? 0);
  return { runId, evictedKeys, policy: infoField(await redis.info('memory'), 'maxmemory_policy') ?? '' };
}
