import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisProcess } from './redis-server.ts';

export interface StandbySeen {
  readonly samples: number;
  readonly fewestKeys: number;
  /** Keys that a read did not find. */
  readonly missed: readonly string[];
  /** The different lengths that the list had. */
  readonly lengths: readonly number[];
}

const INTERVAL_MS = 100;

/** Looks at a server ten times a second: how many keys it has, whether these are there, how long the list is. */
export function watchStandby(
  server: RedisProcess,
  { keys, list }: { readonly keys: readonly string[]; readonly list: string },
): { end(): Promise<StandbySeen> } {
  const client = server.client();
  const missed = new Set<string>();
  const lengths = new Set<number>();
  let samples = 0;
  let fewestKeys = Infinity;
  let ended = false;
  const look = async (): Promise<void> => {
    while (!ended) {
      const pipeline = client.pipeline().dbsize().llen(list);
      for (const key of keys) pipeline.exists(key);
      const [size, length, ...found] = ((await pipeline.exec()) ?? []).map(([, reply]) => Number(reply));
      fewestKeys = Math.min(fewestKeys, size!);
      lengths.add(length!);
      found.forEach((there, i) => {
        if (there === 0) missed.add(keys[i]!);
      });
      samples += 1;
      await sleep(INTERVAL_MS);
    }
  };
  const looking = look();
  return {
    end: async () => {
      ended = true;
      await looking;
      client.disconnect();
      return { samples, fewestKeys, missed: [...missed], lengths: [...lengths] };
    },
  };
}
