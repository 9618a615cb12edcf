import type { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { PairSample } from '../../../shared/model/pair-sample.ts';
import { readInfo } from '../control/info.ts';
import { sleep } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { WatchedSide } from './watched-side.ts';

const INTERVAL_MS = 500;

/**
 * Reads both servers every half second until the signal, from a process that does nothing else, so that what it measures is theirs. Only
 * reads. A side that cannot be asked is null in a sample, and opened anew for the next.
 */
export async function watchPair(
  world: World,
  { source, target }: { readonly source: Endpoint; readonly target: Endpoint },
  tell: (sample: PairSample) => void,
  signal: AbortSignal,
): Promise<void> {
  const from = new WatchedSide(world, 'source', source);
  const to = new WatchedSide(world, 'target', target);
  try {
    while (!signal.aborted) {
      const [ofSource, ofTarget] = await Promise.all([
        from.read((servers) => readSource(world, servers)),
        to.read(readTarget),
      ]);
      if (signal.aborted) return;
      tell({ atMs: world.clock.now(), source: ofSource, target: ofTarget });
      await sleep(world.clock, INTERVAL_MS);
    }
  } finally {
    from.close();
    to.close();
  }
}

async function readSource(
  world: World,
  servers: readonly Redis[],
): Promise<NonNullable<PairSample['source']>> {
  const { clock } = world;
  const all = await Promise.all(
    servers.map(async (redis) => {
      const askedMs = clock.monotonicMs();
      await redis.ping();
      const latencyMs = clock.monotonicMs() - askedMs;
      return { latencyMs, info: await readInfo(redis, 'stats', 'memory') };
    }),
  );
  const forkedUs = all.flatMap(({ info }) => numberIn(info, 'latest_fork_usec'));
  return {
    latencyMs: Math.max(...all.map(({ latencyMs }) => latencyMs)),
    forks: sumOf(all.flatMap(({ info }) => numberIn(info, 'total_forks'))),
    forkMs: forkedUs.length > 0 ? Math.max(...forkedUs) / 1000 : null,
    replicaBufferBytes: sumOf(all.flatMap(({ info }) => numberIn(info, 'mem_clients_slaves'))),
  };
}

async function readTarget(servers: readonly Redis[]): Promise<NonNullable<PairSample['target']>> {
  const infos = await Promise.all(servers.map((redis) => readInfo(redis, 'memory')));
  return { usedMemoryBytes: sumOf(infos.flatMap((info) => numberIn(info, 'used_memory'))) };
}

const sumOf = (figures: readonly number[]): number | null =>
  figures.length > 0 ? figures.reduce((sum, figure) => sum + figure, 0) : null;

function numberIn(info: ReadonlyMap<string, string>, field: string): number[] {
  const text = info.get(field);
  return text !== undefined && /^\d+$/.test(text) ? [Number(text)] : [];
}
