import type { ServerSummary } from '../model/server-summary.ts';
import { MOST_PLACES, type FoundServer } from './saved-server.ts';

/** What is kept of a look at a server. */
export function foundOf(summary: ServerSummary, atMs: number): FoundServer {
  const { product, version, role, usedMemoryBytes, maxMemoryBytes, roundTripMs, topology } = summary;
  const nodes = (topology?.nodes ?? []).flatMap(({ address, reachedAt }) => [address, reachedAt]);
  return {
    ...{ atMs, product, version, role, usedMemoryBytes, maxMemoryBytes, roundTripMs },
    shards: topology?.shards ?? null,
    keys: summary.databases.reduce((sum, { keys }) => sum + keys, 0),
    places: [...new Set([...(summary.foundAt === null ? [] : [summary.foundAt]), ...nodes])].slice(
      0,
      MOST_PLACES,
    ),
  };
}
