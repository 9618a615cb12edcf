/** What is watched before a move is the primary of the moment: also after a failover in which the old one answers on. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { watchCutover } from '../../electron/engine/rehearsal/cutover-watch.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { CutoverFacts } from '../../shared/model/cutover-facts.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { eventually } from '../support/eventually.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startWatched, type Watched } from '../support/sentinel.ts';

let watched: Watched;
let cluster: TestCluster;
let target: RedisProcess;

beforeAll(async () => {
  [watched, cluster, target] = await Promise.all([
    startWatched(),
    startCluster({ replicas: 1 }),
    startRedis(),
  ]);
});
afterAll(async () => {
  await Promise.all([watched?.stop(), cluster?.stop(), target?.stop()]);
});

/** Watches until what the source's side is like has come, and the promise is kept. */
async function whileWatching(
  url: string,
  work: (last: () => CutoverFacts | undefined) => Promise<void>,
): Promise<void> {
  const seen: CutoverFacts[] = [];
  const stop = new AbortController();
  const endpoints = { source: parseEndpoint(url), target: parseEndpoint(target.url) };
  const watching = watchCutover(systemWorld, endpoints, (facts) => seen.push(facts), stop.signal);
  try {
    await work(() => seen.at(-1));
    // Nothing of it looked as if the side were away.
    expect(seen.filter(({ target: side }) => side === null)).toEqual([]);
  } finally {
    stop.abort();
    await watching;
  }
}

const names = (facts: CutoverFacts | undefined): string[] =>
  facts?.source?.clients?.told.map(({ name }) => name) ?? [];

test('of what Sentinels watch', async () => {
  const [first, second] = watched.servers;
  await first.client({ connectionName: 'before' }).ping();
  await second.client({ connectionName: 'after' }).ping();
  await whileWatching(watched.url, async (last) => {
    await eventually('the first primary is watched', async () => names(last()).includes('before'));
    await watched.failover(first);
    await eventually('the second one is watched', async () => names(last()).includes('after'));
    expect(names(last())).not.toContain('before');
  });
});

test('of each shard of a cluster', async () => {
  // Primaries are listed first.
  const replica = cluster.members.at(-1)!;
  await replica.server.client({ connectionName: 'after' }).ping();
  await whileWatching(cluster.url, async (last) => {
    await eventually('the cluster is watched', async () => last()?.source?.servers === 3);
    expect(names(last())).not.toContain('after');
    await cluster.failover(replica);
    await eventually('the primary that it has become is watched', async () =>
      names(last()).includes('after'),
    );
    expect(last()?.source?.servers).toBe(3);
  });
});
