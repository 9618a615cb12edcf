/** One source for several targets in one process, whatever dies or moves meanwhile. */
import type { Redis } from 'ioredis';
import { fork } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { SourceLogs } from '../../electron/engine/intake/source-log/source-logs.ts';
import { compareServers } from '../../electron/engine/verify/compare-servers.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { startCluster } from '../support/cluster.ts';
import { ClusterWriter } from '../support/cluster-source/cluster-writer.ts';
import { OneToMany } from '../support/one-to-many/bench.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startWatched } from '../support/sentinel.ts';
import { SentinelWriter, stepsOn } from '../support/sentinel-writer.ts';
import { poll } from '../support/sync-run.ts';
import { startTaskRun, type StartedTask } from '../support/task-run.ts';
import { atNight, byDay, rounds } from '../support/nightly.ts';

const CHILD = path.join(import.meta.dirname, '../support/one-to-many/runs-child.ts');

let logs: SourceLogs;
let bench: OneToMany | undefined;
const held: { stop(): Promise<unknown> }[] = [];
const runs: StartedTask[] = [];

beforeEach(() => {
  logs = new SourceLogs(systemWorld);
});

afterEach(async () => {
  for (const { run, outcome } of runs.splice(0)) {
    run.stop('now');
    await outcome.catch(() => undefined);
  }
  await bench?.close();
  bench = undefined;
  await Promise.all(held.splice(0).map((one) => one.stop()));
});

const holding = async <T extends { stop(): Promise<unknown> }>(starting: Promise<T>): Promise<T> => {
  const one = await starting;
  held.push(one);
  return one;
};

async function fill(keys: number): Promise<void> {
  const writes = bench!.a.pipeline();
  for (let i = 0; i < keys; i++) writes.set(`key:${i}`, `value ${i}`);
  await writes.exec();
}

const start = (source: string, target: RedisProcess, task: string): StartedTask => {
  const run = startTaskRun(source, target.url, { task, until: 'stopped' }, { logs });
  runs.push(run);
  return run;
};

const linksOf = async (redis: Redis): Promise<number> =>
  Number(/connected_slaves:(\d+)/.exec(await redis.info('replication'))![1]);

atNight('a copy that one target needs anew disturbs no other, and ends in the one link', async () => {
  bench = await OneToMany.open({ targets: 3 });
  await fill(20_000);
  bench.write();
  await bench.follow();
  const before = [0, 2].map((i) => bench!.runs[i]!.phases.length);
  await bench.targets[1]!.kill();
  await bench.targets[1]!.restart();
  await poll(
    'it is copied to again',
    () => bench!.runs[1]!.phases.filter((p) => p === 'full-copy').length > 1,
  );
  await bench.applied();
  await bench.readOnce();
  await bench.inStep();
  expect(await bench.figures()).toMatchObject({ links: 1, fullSyncs: 2 });
  expect([0, 2].map((i) => bench!.runs[i]!.phases.length)).toEqual(before);
  const outcomes = await bench.endEqual();
  expect(outcomes.map(({ fullCopies }) => fullCopies)).toEqual([1, 2, 1]);
});

it('a process that is killed is followed by one that goes on from the places of all targets, over one link', async () => {
  bench = await OneToMany.open({ targets: 3 });
  await fill(5000);
  bench.write();
  for (const round of rounds(1, 3)) {
    const wanted = bench.targets.map(({ url }, i) => ({
      ...{ source: bench!.source.url, target: url, task: `to-${i}`, spoolDir: bench!.spoolDir },
    }));
    const child = fork(CHILD, [JSON.stringify(wanted)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
    await once(child, 'message');
    child.send(round % 3);
    await sleep(400 + 100 * round);
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await bench.follow();
  await bench.readOnce();
  expect(await bench.figures()).toMatchObject({ links: 1, fullSyncs: 1 });
  for (const { fullCopies } of await bench.endEqual()) expect(fullCopies).toBe(0);
});

it.each(byDay(1, ['dies', 'is replaced by hand']))(
  'a source whose primary %s is followed to the next over one link',
  async (how) => {
    const args = ['--repl-ping-replica-period', '1'];
    const [source, ...targets] = await Promise.all([
      holding(startWatched({ args })),
      holding(startRedis()),
      holding(startRedis()),
    ]);
    const [old, other] = source.servers;
    const writer = how === 'dies' ? new SentinelWriter(source) : undefined;
    await old.client().set('before', 1);
    for (const [i, target] of targets.entries()) start(source.url, target, `to-${i}`);
    try {
      await Promise.all(runs.map((run) => run.reached('in-step')));
      expect(await linksOf(old.client())).toBe(2);
      if (writer) {
        await sleep(500);
        await old.kill();
        await source.failover(old, false);
        await sleep(1500);
      } else await source.failover(old);
    } finally {
      await writer?.stop();
    }
    await other.client().set('after', 1);
    for (const target of targets) {
      await poll('it goes on', async () => (await target.client().get('after')) === '1');
      if (writer)
        await poll(
          'all steps',
          async () => (await stepsOn(target.client())) === (await stepsOn(other.client())),
        );
    }
    // The old one follows the new one, where it is left.
    const most = how === 'dies' ? 1 : 2;
    await poll('one link', async () => {
      const links = await linksOf(other.client());
      return links >= 1 && links <= most;
    });
    for (const { run } of runs) run.stop('drain');
    for (const { outcome } of runs) expect(await outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
    for (const target of targets) {
      const report = await compareServers({
        world: systemWorld,
        source: parseEndpoint(source.url),
        target: parseEndpoint(target.url),
      });
      expect(report.differences).toEqual([]);
    }
  },
);

atNight('each shard of a cluster is read once for two targets', async () => {
  const args = ['--repl-diskless-sync-delay', '0'];
  const [source, ...targets] = await Promise.all([
    holding(startCluster({ primaries: 3, args })),
    holding(startRedis()),
    holding(startRedis()),
  ]);
  const primaries = source.members.map(({ client }) => client);
  const writer = await ClusterWriter.start(source, [0, 700, 5461, 8000, 10_922, 16_383], 1);
  try {
    for (const [i, target] of targets.entries()) start(source.url, target, `to-${i}`);
    await Promise.all(runs.map((run) => run.reached('in-step')));
    await writer.wrote(2000);
    for (const primary of primaries) {
      expect(await linksOf(primary)).toBe(1);
      expect(await primary.info('stats')).toMatch(/^sync_full:1\r/m);
    }
    for (const primary of primaries) await primary.call('CLIENT', 'KILL', 'TYPE', 'replica');
    await writer.wrote(2000);
  } finally {
    await writer.stop();
  }
  for (const { run } of runs) run.stop('drain');
  for (const { outcome } of runs) expect(await outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
  for (const primary of primaries) expect(await primary.info('stats')).toMatch(/^sync_full:1\r/m);
  for (const target of targets) {
    const report = await compareServers({
      world: systemWorld,
      source: parseEndpoint(source.url),
      target: parseEndpoint(target.url),
    });
    expect(report.differences).toEqual([]);
  }
});

atNight(
  'a target that feeds others in its turn has exactly what it was given, and so have they',
  async () => {
    bench = await OneToMany.open({ targets: 2 });
    await fill(2000);
    const last = await Promise.all([holding(startRedis()), holding(startRedis())]);
    bench.write();
    await bench.follow();
    const chained = last.map((target, i) => start(bench!.targets[0]!.url, target, `on-${i}`));
    await Promise.all(chained.map((run) => run.reached('in-step')));
    await bench.targets[0]!.client().call('CLIENT', 'KILL', 'TYPE', 'replica');
    await sleep(1000);
    await bench.stopWriting();
    await bench.applied();
    for (const target of last) {
      const mark = await bench.a.get('marker');
      await poll('it has come through', async () => (await target.client().get('marker')) === mark);
    }
    expect(await linksOf(bench.targets[0]!.client())).toBe(1);
    // Expiry is made exact on the one in between, and that goes on to the others.
    await bench.endEqual();
    const between = bench.targets[0]!.client();
    await between.set('made exact', 1);
    await bench.a.set('made exact', 1);
    for (const target of last)
      await poll('that has come through', async () => (await target.client().get('made exact')) === '1');
    for (const { run, outcome } of chained) {
      run.stop('drain');
      expect(await outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
    }
    for (const target of last) {
      const report = await compareServers({
        world: systemWorld,
        source: parseEndpoint(bench.source.url),
        target: parseEndpoint(target.url),
      });
      expect(report.differences).toEqual([]);
    }
  },
);
