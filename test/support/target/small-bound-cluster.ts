/** A server, a cluster as its target, and a run or an engine between them, for whoever imports this: they end with each test. */
import { afterEach, expect } from 'vitest';
import { compareServers } from '../../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../../shared/model/endpoint.ts';
import { boundOf } from '../../../shared/model/lateness.ts';
import { startCluster, type TestCluster } from '../cluster.ts';
import { EngineChild } from '../engine-child.ts';
import { eventually } from '../eventually.ts';
import { startRedis, type RedisProcess } from '../redis-server.ts';
import { ShortLivedCounters } from '../source/short-lived-counters.ts';
import { poll, startRun, taskSpec, type SyncRun } from '../sync-run.ts';

export const SMALL_MS = 10_000;
export const DEADLINE_MS = 90_000;

export let source: RedisProcess;
export let cluster: TestCluster;
export let run: SyncRun | undefined;
let engine: EngineChild | undefined;

export const begin = async (replicas = 0): Promise<void> => {
  [source, cluster] = await Promise.all([startRedis(), startCluster({ replicas })]);
};
/** An engine in a process of its own, which ends with the test. */
export function startEngine(): EngineChild {
  engine = new EngineChild();
  engine.start(taskSpec(source.url, cluster.url, { until: 'stopped', expiryLateMs: SMALL_MS }));
  return engine;
}

/** Counters under expiry so short that the source only just extends it, which the target has by now. */
export async function shortLivedCounters(): Promise<ShortLivedCounters> {
  const counters = new ShortLivedCounters(source.client());
  counters.begin();
  await poll('the counters', async () => {
    const sizes = await Promise.all(cluster.members.map(({ client }) => client.dbsize()));
    return sizes.reduce((sum, size) => sum + size) > counters.count / 2;
  });
  return counters;
}

afterEach(async () => {
  engine?.kill();
  engine = undefined;
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await Promise.all([source.stop(), cluster.stop()]);
});

export const inState = (wanted: string): Promise<void> =>
  eventually(
    `expiry on the target is ${wanted}`,
    async () => (await cluster.client.hget('lockstep:{tasks}:checkpoint:test', 'expiry')) === wanted,
    DEADLINE_MS,
  );

export const follow = async (): Promise<SyncRun> => {
  run = startRun(source.url, cluster.url, { until: 'stopped', expiryLateMs: SMALL_MS });
  await inState('small');
  return run;
};

/** Every key but those that were just written, as the bound of its time says. */
export async function bounds(): Promise<Record<string, number>> {
  const counts: Record<string, number> = {};
  for (const { client } of cluster.members)
    for (const key of (await client.keys('*')).filter((name) => !name.startsWith('lockstep:'))) {
      const bound = boundOf(await client.pexpiretime(key));
      counts[bound] = (counts[bound] ?? 0) + 1;
    }
  return counts;
}

export async function fill(count: number, leastMs: number): Promise<void> {
  const writes = source.client().pipeline();
  for (let i = 0; i < count; i++) writes.set(`k:${i}`, 'v', 'PX', leastMs + i * 100);
  await writes.exec();
}

/** Ends the run in order, without another copy, and finds both sides equal. */
export async function ends(): Promise<void> {
  run!.session.stop('drain');
  expect(await run!.outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
  run = undefined;
  const sides = { source: parseEndpoint(source.url), target: parseEndpoint(cluster.url) };
  expect((await compareServers({ world: systemWorld, ...sides })).differences).toEqual([]);
}
