/** A target with keys of its own: what a cluster ends with, against one server that was sent the same. */
import type { Cluster, Redis } from 'ioredis';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { startCluster, type TestCluster } from '../support/cluster.ts';
import { readValue } from '../support/crossing/read-value.ts';
import { isKnown, SAMPLES } from '../support/crossing/samples.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { fillOwn, keysOf, keptNames } from '../support/target/own-content.ts';

let source: RedisProcess;
let single: RedisProcess;
let cluster: TestCluster;
let from: Redis;
let alone: Redis;
const runs: SyncRun[] = [];

beforeAll(async () => {
  [source, single, cluster] = await Promise.all([
    startRedis({ args: ['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'] }),
    startRedis(),
    startCluster(),
  ]);
  [from, alone] = [source.client(), single.client()];
});
afterAll(async () => {
  await Promise.all([source?.stop(), single?.stop(), cluster?.stop()]);
});

beforeEach(async () => {
  await Promise.all([from, alone, ...nodes()].map((one) => one.flushall()));
});
afterEach(async () => {
  for (const run of runs.splice(0)) {
    run.session.stop('now');
    await run.outcome.catch(() => undefined);
  }
});

const nodes = (): Redis[] => cluster.members.map(({ client }) => client);
const both = (): readonly (Redis | Cluster)[] => [alone, cluster.client];

/** The same task onto either target. */
async function followBoth(spec: Partial<TaskSpec> = {}): Promise<void> {
  for (const { url } of [single, cluster]) {
    const run = startRun(source.url, url, {
      existing: 'overwrite',
      until: 'stopped',
      databases: [0],
      ...spec,
    });
    runs.push(run);
    await run.reached('in-step');
  }
}

/** All that the source has written stands on both. */
async function applied(): Promise<void> {
  const mark = String(Math.random());
  await from.set('mark', mark);
  for (const [i, to] of both().entries()) {
    const ended = runs[i]!.outcome.then(() => Promise.reject(new Error('the run ended')));
    await Promise.race([poll('the mark', async () => (await to.get('mark')) === mark), ended]);
  }
}

async function stopBoth(how: 'drain' | 'now' = 'drain'): Promise<void> {
  for (const run of runs.splice(0)) {
    run.session.stop(how);
    await run.outcome;
  }
}

/** Both targets hold the same, and the names of the target's own are the same on both. */
async function expectSame(): Promise<readonly string[]> {
  const keys = await keysOf([alone]);
  expect(await keysOf(nodes())).toEqual(keys);
  for (const key of keys)
    expect(await readValue(cluster.client, key), key).toEqual(await readValue(alone, key));
  const kept = (await alone.smembers('lockstep:{tasks}:kept:test')).toSorted();
  expect(await keptNames(nodes())).toEqual(kept);
  return keys;
}

const numbered = (name: string, count: number): string[] =>
  Array.from({ length: count }, (_, i) => `${name}:${i}`);

/** What SORT looks up by BY and GET are keys that cannot be told: it is refused where the target has keys of its own. */
const isTold = (sample: readonly string[]): boolean => !sample.some((line) => /^SORT .*(BY|GET) /.test(line));

describe('a cluster that holds keys of its own', () => {
  it('is refused as before where nobody has agreed', async () => {
    await cluster.client.set('mine', 1);
    const run = startRun(source.url, cluster.url, { databases: [0] });
    await expect(run.outcome).rejects.toMatchObject({ code: 'TARGET_NOT_EMPTY' });
    expect(await cluster.client.get('mine')).toBe('1');
  });

  it('ends as one server does, whatever the source uses of their names', async () => {
    for (const to of both()) {
      await fillOwn(to, [...numbered('own', 300), ...numbered('late', 60), ...numbered('both', 60)]);
      await to.set('{counter}', 'no number');
    }
    for (const key of numbered('both', 60)) await from.hset(key, 'new', 1);
    await from.mset('a', 1, 'b', 2, 'c', 3);
    await from.sadd('members', 'x', 'y');
    await from.rpush('list', ...numbered('e', 40));
    await followBoth();
    await from.incr('{counter}');
    await from.rpush('late:0', 'new');
    await from.mset(...numbered('late', 9).flatMap((key) => [key.replace('late:', 'late:1'), 'new']));
    await from.rename('a', 'late:20');
    await from.sunionstore('late:21', 'members', 'late:22');
    await from.lmove('list', 'late:23', 'LEFT', 'RIGHT');
    await from.call('COPY', 'b', 'late:24');
    await from.smove('members', 'late:25', 'x');
    await from
      .multi()
      .append('late:26', 'x')
      .rpush('late:27', 1)
      .mset('late:28', 1, 'late:29', 2, 'c', 4)
      .exec();
    await from
      .multi()
      .incr('{counter}')
      .rename('c', 'late:30')
      .rpush('late:30x', 1)
      .rpush('late:31', 1)
      .exec();
    await from.call('SORT', 'list', 'ALPHA', 'STORE', 'late:32');
    await from.set('late:33', 'x', 'PX', 3_600_000);
    await from.append('late:34', 'v'.repeat(700_000));
    await from.mset('late:35', 'v'.repeat(300_000), 'late:36', 'v'.repeat(300_000), 'late:37', 'x');
    await from.sadd('members', ...numbered('m', 60_000));
    await from.sunionstore('late:38', ...numbered('none', 30), 'members', 'late:39');
    await from.del('late:28');
    await from.rpush('late:28', 'again');
    await applied();
    const after = await keysOf([alone]);
    expect(after).toEqual(expect.arrayContaining(numbered('own', 300)));
    await stopBoth();
    const keys = await expectSame();
    expect(keys).toEqual(after);
    expect(await cluster.client.lrange('late:0', 0, -1)).toEqual(['new']);
    expect(await cluster.client.get('{counter}')).toBe('2');
  });

  it('ends as one server does after every command with several keys, in transactions as well', async () => {
    const used: string[] = [];
    const lines: string[][] = [];
    let turn = 0;
    for (const [name, samples] of Object.entries(SAMPLES))
      for (const sample of (await isKnown(from, name)) ? samples.filter(isTold) : []) {
        const names = [1, 2, 3].map((n) => `${name}:${turn}:${n}`);
        used.push(...names);
        turn += 1;
        for (const line of sample)
          lines.push(
            line.split(' ').map((word) => (/^\$\d$/.test(word) ? names[Number(word[1]) - 1]! : word)),
          );
      }
    const standing = used.filter(() => Math.random() < 0.7);
    for (const to of both()) await fillOwn(to, [...standing, ...numbered('own', 50)]);
    await followBoth();
    for (let at = 0; at < lines.length;) {
      const some = lines.slice(at, (at += 1 + Math.floor(Math.random() * 4)));
      const writing = Math.random() < 0.5 ? from.pipeline() : from.multi();
      for (const [word, ...args] of some) writing.call(word!, ...args);
      await writing.exec();
    }
    await applied();
    await stopBoth();
    await expectSame();
    for (const key of await keysOf([from])) {
      const { value } = (await readValue(from, key)) as { value: unknown };
      expect(await readValue(cluster.client, key), key).toMatchObject({ value });
    }
  });
});
