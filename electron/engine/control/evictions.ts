import type { Redis } from 'ioredis';
import { readInfo } from './info.ts';

/** What the servers of a target say of the keys that they removed to make room. */
export interface Evictions {
  /** Keys by the run id of the process that counts them; a restart counts from 0 under another one. */
  readonly counters: ReadonlyMap<string, number>;
  /** The name of the maxmemory-policy, of several that of one which evicts; empty where INFO does not tell (before 4.0). */
  readonly policy: string;
}

export async function readEvictions(servers: readonly Redis[]): Promise<Evictions> {
  const infos = await Promise.all(servers.map((redis) => readInfo(redis, 'server', 'stats', 'memory')));
  const policies = infos.map((info) => info.get('maxmemory_policy') ?? '');
  return {
    counters: new Map(infos.map((info) => [info.get('run_id') ?? '', Number(info.get('evicted_keys') ?? 0)])),
    policy: policies.find((policy) => policy !== 'noeviction') ?? policies[0] ?? '',
  };
}
