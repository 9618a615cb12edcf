import type { Redis } from 'ioredis';
import { readInfo } from './info.ts';

/** What a server says of the keys that it removed to make room. */
export interface Evictions {
  /** The process that counts; a restart counts from 0. */
  readonly runId: string;
  readonly evictedKeys: number;
  /** The name of its maxmemory-policy; empty where INFO does not tell (before 4.0). */
  readonly policy: string;
}

export async function readEvictions(redis: Redis): Promise<Evictions> {
  const info = await readInfo(redis, 'server', 'stats', 'memory');
  return {
    runId: info.get('run_id') ?? '',
    evictedKeys: Number(info.get('evicted_keys') ?? 0),
    policy: info.get('maxmemory_policy') ?? '',
  };
}
