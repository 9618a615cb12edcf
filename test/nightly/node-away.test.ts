/** A primary of a target cluster is away for long, in each of the ways in which real ones are. */
import { afterEach, expect, it } from 'vitest';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import { startWriter, type Writer } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster, type ClusterOptions, type TestCluster } from '../support/cluster.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';

let source: RedisProcess;
let cluster: TestCluster;
let run: SyncRun;
let writer: Writer | undefined;

afterEach(async () => {
  await writer?.stop().catch(() => undefined);
  for (const { server } of cluster?.members ?? []) await server.kill('SIGCONT').catch(() => undefined);
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  await Promise.all([source?.stop(), cluster?.stop()]);
});

async function begin(options: ClusterOptions, write = true): Promise<void> {
  [source, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '64mb'] }),
    startCluster(options),
  ]);
  run = startRun(source.url, cluster.url, { until: 'stopped', retryForMs: 120_000 });
  await run.reached('in-step');
  writer = write
    ? startWriter(localEndpoint(source.port), {
        ratePerSecond: 2000,
        databases: [0],
        seed: 1,
        reconnect: true,
      })
    : undefined;
}

const inStepAgain = (): Promise<void> => poll('in step again', () => run.phases.at(-1) === 'in-step');

/** A slow target may need longer for what was written than a stop waits. */
async function allApplied(): Promise<void> {
  await writer?.stop();
  writer = undefined;
  const info = await source.client().info('replication');
  const offset = Number(/master_repl_offset:(\d+)/.exec(info)![1]);
  await poll('all is applied', () => run.session.sampler.metrics('in-step').offsets.applied >= offset);
}

async function expectEqual(): Promise<void> {
  await allApplied();
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
  const report = await compareServers({
    world: systemWorld,
    source: parseEndpoint(source.url),
    target: parseEndpoint(cluster.url),
  });
  expect(report.differences).toEqual([]);
}

/** Counters of all nodes but one are soon what the source has, for so long. */
async function followedFor(forMs: number, node: number): Promise<void> {
  const client = source.client();
  const endMs = Date.now() + forMs;
  const names = Array.from({ length: 40 }, (_, n) => `probe:${n}`);
  for (let value = 1; Date.now() < endMs; value++) {
    for (const name of names) await client.set(name, value);
    for (const [i, { client: there }] of cluster.members.entries()) {
      if (i === node) continue;
      const own = (await there.keys('probe:*')).sort();
      for (const name of own)
        await poll(`${name} follows`, async () => Number(await there.get(name)) === value);
    }
  }
}

const WITHOUT = ['--cluster-require-full-coverage', 'no', '--cluster-node-timeout', '60000'];

it.each([0, 1, 2])(
  'node %i hangs for half a minute, and the others follow',
  { timeout: 240_000 },
  async (node) => {
    await begin({ args: WITHOUT }, false);
    for (let n = 0; n < 40; n++) await source.client().set(`probe:${n}`, 0);
    await cluster.members[node]!.server.kill('SIGSTOP');
    await source.client().incr('first');
    await poll('it is told', () => run.faults.includes('TARGET_NODE_AWAY'));
    await followedFor(25_000, node);
    await cluster.members[node]!.server.kill('SIGCONT');
    await inStepAgain();
    await expectEqual();
  },
);

/** Commands across slots are among them: where one is under way just then, the whole stream waits. */
it('hangs under writes of every kind', { timeout: 240_000 }, async () => {
  await begin({ args: WITHOUT });
  for (const node of [1, 0]) {
    await cluster.members[node]!.server.kill('SIGSTOP');
    await poll('it is told', () => run.faults.length > 0);
    await new Promise((resolve) => setTimeout(resolve, 10_000));
    await cluster.members[node]!.server.kill('SIGCONT');
    await inStepAgain();
    run.faults.length = 0;
  }
  await expectEqual();
});

it('dies, and comes back with all it had', { timeout: 240_000 }, async () => {
  await begin({ args: [...WITHOUT, '--appendonly', 'yes', '--appendfsync', 'always'] });
  const { server } = cluster.members[1]!;
  await server.kill();
  await poll('it is told', () => run.faults.length > 0);
  await new Promise((resolve) => setTimeout(resolve, 10_000));
  await server.restart();
  await inStepAgain();
  await expectEqual();
});

it('dies, and its replica takes its place', { timeout: 240_000 }, async () => {
  await begin({ replicas: 1 });
  await cluster.members[1]!.server.kill();
  await poll('the replica has taken over', async () =>
    (await cluster.members[4]!.client.info('replication')).includes('role:master'),
  );
  await inStepAgain();
  await expectEqual();
});

it('is away at the end of a run, and the next one goes on', { timeout: 240_000 }, async () => {
  await begin({ args: WITHOUT });
  await cluster.members[1]!.server.kill('SIGSTOP');
  await poll('it is told', () => run.faults.length > 0);
  // The hand-over is tried for a minute, and the backlog has an end.
  await writer!.stop();
  writer = undefined;
  run.session.stop('drain');
  await expect(run.outcome).rejects.toMatchObject({ code: 'EXPIRY_STILL_LATE' });
  await cluster.members[1]!.server.kill('SIGCONT');
  run = startRun(source.url, cluster.url, { until: 'stopped' });
  await run.reached('in-step');
  await allApplied();
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ fullCopies: 0 });
});
