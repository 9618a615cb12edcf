import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckId, CheckResult } from '../../shared/model/precheck.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { check, precheck, runMend, taskBetween } from '../support/precheck.ts';
import { storedCheckpoint } from '../support/target/checkpoints.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll } from '../support/sync-run.ts';

const DEFAULTS = {
  maxmemory: '0',
  'maxmemory-policy': 'noeviction',
  'proto-max-bulk-len': '536870912',
  'repl-timeout': '60',
  'repl-backlog-size': '1048576',
  'repl-backlog-ttl': '3600',
  'client-output-buffer-limit': 'replica 268435456 67108864 60',
  'repl-diskless-sync': 'yes',
};

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  [a, b] = [source.client(), target.client()];
});

beforeEach(async () => {
  for (const redis of [a, b]) {
    for (const [name, value] of Object.entries(DEFAULTS)) await redis.config('SET', name, value);
    await redis.flushall();
    await redis.config('RESETSTAT');
  }
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const look = (id: CheckId, spec: Partial<TaskSpec> = {}): Promise<CheckResult> =>
  check(id, taskBetween(source.url, target.url, spec));

/** Expects one warning, runs its first command on that server, and expects a pass. */
async function mends(id: CheckId, server: Redis, found: RegExp, command: RegExp | string): Promise<void> {
  const result = await look(id);
  expect(result).toMatchObject({ id, status: 'warning' });
  expect(result.found).toMatch(found);
  const mend = result.mends.find((one) => one.command !== undefined);
  expect(mend!.command).toMatch(command);
  await runMend(server, mend!.command);
  expect(await look(id)).toMatchObject({ id, status: 'pass' });
}

async function fill(redis: Redis, megabytes: number): Promise<void> {
  for (let i = 0; i < megabytes; i++) await redis.set(`large:${i}`, Buffer.alloc(1024 * 1024, 'x'));
}

describe('memory and eviction', () => {
  it('fails where the data of the source do not fit, until maxmemory is raised', async () => {
    await fill(a, 4);
    await b.config('SET', 'maxmemory', '3mb');
    const result = await look('target-memory');
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(
      /^The data of the source take \d\.\d MB\. The target has a maxmemory of 3\.0 MB and uses \d.*, so .* are free\.$/,
    );
    expect((await look('target-memory', { existing: 'overwrite' })).status).toBe('warning');
    expect(result.mends[0]!.command).toMatch(/^CONFIG SET maxmemory \d+$/);
    await runMend(b, result.mends[0]!.command);
    expect(await look('target-memory')).toMatchObject({ status: 'pass' });
  });

  it('counts the chosen databases only, and what an earlier run of the task has brought', async () => {
    await fill(a, 4);
    await a.select(1);
    await a.set('small', 'value');
    await a.select(0);
    await b.config('SET', 'maxmemory', '3mb');
    const part = await look('target-memory', { databases: [1] });
    expect(part.found).toMatch(/^The chosen databases take about [\d.]+ [KM]B of the /);
    expect(part.status).not.toBe('failure');
    await b.hset('lockstep:{tasks}:checkpoint:checked', storedCheckpoint({ state: 'copying' }));
    expect((await look('target-memory')).status).toBe('warning');
  });

  it('warns where little more than the data fits', async () => {
    await fill(a, 24);
    const used = Number(/used_memory:(\d+)/.exec(await b.info('memory'))![1]);
    const data = Number(/used_memory_dataset:(\d+)/.exec(await a.info('memory'))![1]);
    await b.config('SET', 'maxmemory', String(Math.round(used + 1.1 * data)));
    await mends('target-memory', b, /less than a fifth/, /^CONFIG SET maxmemory \d+$/);
  });

  it('warns of a target that evicts', async () => {
    await b.config('SET', 'maxmemory-policy', 'volatile-lru');
    expect(await look('target-eviction-policy')).toMatchObject({ status: 'pass' });
    await b.config('SET', 'maxmemory', '100mb');
    await mends(
      'target-eviction-policy',
      b,
      /policy is volatile-lru with a maxmemory of 100\.0 MB/,
      'CONFIG SET maxmemory-policy noeviction',
    );
  });

  it('tells eviction on the source', async () => {
    expect(await look('source-eviction')).toMatchObject({ status: 'pass' });
    await a.config('SET', 'maxmemory', '100mb');
    expect((await look('source-eviction')).found).toMatch(/of 100\.0 MB, and its policy is noeviction/);
    await a.config('SET', 'maxmemory-policy', 'allkeys-lru');
    const may = await look('source-eviction');
    expect(may.status).toBe('notice');
    expect(may.found).toMatch(/policy allkeys-lru will evict .* none so far/);
    await a.config('SET', 'maxmemory', '5mb');
    await fill(a, 8);
    const does = await look('source-eviction');
    expect(does.status).toBe('warning');
    expect(does.found).toMatch(/has evicted [\d,]+ keys since it started/);
    expect(does.mends[0]!.command).toBe('CONFIG SET maxmemory 10485760');
  });
});

describe('large values', () => {
  it('fails for a string that the target refuses, until it takes what the source takes', async () => {
    await a.set('large one', Buffer.alloc(2 * 1024 * 1024, 'x'));
    expect((await look('large-values')).found).toBe(
      'The target takes values up to 512.0 MB (proto-max-bulk-len). The largest string among its 1 key has 2.0 MB.',
    );
    await b.config('SET', 'proto-max-bulk-len', '1mb');
    const result = await look('large-values');
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(
      /up to 1\.0 MB .* The key large one in database 0 of the source has 2\.0 MB/,
    );
    await a.del('large one');
    await mends(
      'large-values',
      b,
      /and the source up to 512\.0 MB\. The source holds no keys yet/,
      /^CONFIG SET proto-max-bulk-len 536870912$/,
    );
  });

  it('looks at a part of many keys', async () => {
    await a.mset(...Array.from({ length: 6000 }, (_, i) => [`key:${i}`, 'v']).flat());
    const result = await look('large-values');
    expect(result.found).toMatch(/among 2,000 keys that were looked at has 1 B/);
  });
});

describe('the settings of the source for replicas', () => {
  it('warns of a short repl-timeout', async () => {
    await a.config('SET', 'repl-timeout', '10');
    await mends('source-timeout', a, /^repl-timeout is 10 s/, 'CONFIG SET repl-timeout 60');
  });

  it('warns of a small output buffer', async () => {
    await a.config('SET', 'client-output-buffer-limit', 'replica 8mb 2mb 5');
    await mends(
      'source-output-buffer',
      a,
      /^The limit for replicas is 8\.0 MB, or 2\.0 MB for 5 s\..*drops the link/,
      /^CONFIG SET client-output-buffer-limit "replica \d+ \d+ 60"$/,
    );
    await a.config('SET', 'client-output-buffer-limit', 'replica 0 0 0');
    expect((await look('source-output-buffer')).found).toBe('The source sets no limit for replicas.');
  });

  it('warns of a backlog that covers less than a minute of writing', async () => {
    const idle = await look('source-backlog');
    expect(idle.status).not.toBe('failure');
    const replica = await startRedis({ args: ['--replicaof', '127.0.0.1', String(source.port)] });
    const client = replica.client();
    await poll('the replica is linked', async () =>
      (await client.info('replication')).includes('master_link_status:up'),
    );
    await a.config('SET', 'repl-backlog-size', '65536');
    const value = Buffer.alloc(20_000, 'x');
    const writer = setInterval(() => void a.set('written', value).catch(() => undefined), 50);
    const result = await look('source-backlog');
    clearInterval(writer);
    expect(result.status).toBe('warning');
    expect(result.found).toMatch(
      /^repl-backlog-size is 64\.0 KB\. At the \d+\.\d KB\/s that are written now, it covers .* of disconnection\.$/,
    );
    expect(result.mends[0]!.text).toMatch(/enough for 10 min\b|enough for 1\d min/);
    await runMend(a, result.mends[0]!.command);
    const resumed = setInterval(() => void a.set('written', value).catch(() => undefined), 50);
    const mended = await look('source-backlog');
    clearInterval(resumed);
    await replica.stop();
    expect(mended.status).toBe('pass');
    expect(mended.found).toMatch(/it covers \d+ min/);
    expect((await look('source-backlog')).found).toMatch(/Nothing is being written at the moment/);
  });

  it('tells a backlog that is soon dropped', async () => {
    const fresh = await startRedis({ args: ['--repl-backlog-ttl', '60'] });
    const client = fresh.client();
    const spec = taskBetween(fresh.url, target.url);
    await client.config('SET', 'repl-backlog-size', '1gb');
    const result = await check('source-backlog', spec);
    expect(result.status).toBe('notice');
    expect(result.found).toMatch(/repl-backlog-ttl drops it 60 s after/);
    await runMend(client, result.mends[0]!.command);
    expect(await check('source-backlog', spec)).toMatchObject({ status: 'pass' });
    await fresh.stop();
  });

  it('tells how the snapshot is made, and that the last save failed, until one succeeds', async () => {
    expect((await look('source-snapshot')).found).toMatch(
      /straight to the link.* uses .* of the .* of its machine/,
    );
    await a.config('SET', 'repl-diskless-sync', 'no');
    expect((await look('source-snapshot')).found).toMatch(/written to the disk of the source first/);

    const parent = mkdtempSync(path.join(tmpdir(), 'lockstep-save-'));
    const dir = mkdtempSync(path.join(parent, 'data-'));
    const failing = await startRedis({ dir, args: ['--enable-protected-configs', 'yes'] });
    const client = failing.client();
    rmSync(dir, { recursive: true, force: true });
    await client.bgsave();
    await poll('the save has failed', async () =>
      (await client.info('persistence')).includes('rdb_last_bgsave_status:err'),
    );
    const spec = taskBetween(failing.url, target.url);
    const result = await check('source-snapshot', spec);
    expect(result.status).toBe('warning');
    expect(result.found).toMatch(/The last background save of the source failed/);
    await client.config('SET', 'dir', parent);
    await runMend(client, result.mends[0]!.command);
    await poll('the save is done', async () =>
      (await client.info('persistence')).includes('rdb_last_bgsave_status:ok'),
    );
    expect(await check('source-snapshot', spec)).toMatchObject({ status: 'pass' });
    await failing.stop();
    rmSync(parent, { recursive: true, force: true });
  });

  it('skips what a source does not tell', async () => {
    const closed = await startRedis({ args: ['--rename-command', 'CONFIG', ''] });
    const results = await precheck(taskBetween(closed.url, target.url), [
      'source-timeout',
      'source-output-buffer',
      'source-backlog',
      'source-snapshot',
    ]);
    await closed.stop();
    expect(results.get('source-timeout')).toMatchObject({ status: 'skipped' });
    expect(results.get('source-output-buffer')).toMatchObject({ status: 'skipped' });
    // INFO tells its size as well.
    expect(results.get('source-backlog')!.found).toMatch(/^repl-backlog-size is 1\.0 MB/);
    expect(results.get('source-snapshot')!.status).toBe('pass');
  });

  it('skips what a user may not see, and goes on', async () => {
    await a.call(
      'ACL',
      'SETUSER',
      'blind',
      'reset',
      'on',
      '>secret',
      '+ping',
      '+psync',
      '+replconf',
      '+time',
    );
    const spec = taskBetween(`redis://blind:secret@127.0.0.1:${source.port}`, target.url);
    const results = await precheck(spec);
    expect(results.get('source-connection')).toMatchObject({ status: 'notice' });
    expect(results.get('versions')).toMatchObject({ status: 'skipped' });
    expect(results.get('versions')!.found).toMatch(
      /^It could not be looked at: the user lacks a right \(.*'info' command/,
    );
    expect(results.get('source-permissions')).toMatchObject({ status: 'failure' });
    expect(results.get('source-permissions')!.found).toMatch(/may not run INFO/);
    expect(results.get('target-empty')).toMatchObject({ status: 'pass' });
  });
});

describe('the expected duration', () => {
  it('estimates it from the measured ways and the limits of the task', async () => {
    expect((await look('throughput')).found).toMatch(/round trip takes .* holds no keys yet/);
    await a.mset(...Array.from({ length: 1000 }, (_, i) => [`key:${i}`, 'v'.repeat(100)]).flat());
    const free = await look('throughput');
    expect(free.status).toBe('pass');
    expect(free.found).toMatch(/Estimate for the full copy: a moment for 1,000 keys, .* bounded by .*\/s\./);
    const limited = await look('throughput', { maxCommandsPerSecond: 10 });
    expect(limited.found).toMatch(
      /about 1 min 40 s for 1,000 keys, .* bounded by the limit of 10 commands\/s/,
    );
    const thin = await look('throughput', { maxBytesPerSecond: 100 });
    expect(thin.found).toMatch(/about \d.* bounded by the limit of 100 B\/s/);
  });
});
