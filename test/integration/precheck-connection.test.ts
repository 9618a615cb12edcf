import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { runPrecheck } from '../../electron/engine/precheck/run-precheck.ts';
import { ERROR_CATALOGUE } from '../../shared/errors/catalogue.ts';
import { CHECK_IDS } from '../../shared/model/checks.ts';
import { checkResultSchema, type CheckId, type CheckResult } from '../../shared/model/precheck.ts';
import { freePort } from '../support/free-port.ts';
import { check, precheck, runMend, taskBetween } from '../support/precheck.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { poll, startRun } from '../support/sync-run.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import { atNight } from '../support/nightly.ts';

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;
const others: RedisProcess[] = [];

async function another(...args: string[]): Promise<RedisProcess> {
  const server = await startRedis({ args });
  others.push(server);
  return server;
}

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  [a, b] = [source.client(), target.client()];
});

beforeEach(async () => {
  await Promise.all(others.splice(0).map((server) => server.stop()));
  await Promise.all([a.flushall(), b.flushall()]);
});

afterAll(async () => {
  await Promise.all([source, target, ...others].map((server) => server?.stop()));
});

describe('a run of all checks', () => {
  it('gives every check once, as it comes, and none fails between two fit servers', async () => {
    await a.mset('a', '1', 'b', '2');
    const began: CheckId[] = [];
    const results: CheckResult[] = [];
    const beganMs = Date.now();
    await runPrecheck(systemWorld, taskBetween(source.url, target.url), {
      onChecking: (id) => began.push(id),
      onResult: (result) => {
        expect(began).toContain(result.id);
        results.push(checkResultSchema.parse(result));
      },
    });
    expect(Date.now() - beganMs).toBeLessThan(10_000);
    expect(results.map(({ id }) => id).sort()).toEqual([...CHECK_IDS].sort());
    expect(began).toEqual([...CHECK_IDS]);
    const notPassed = results.filter(({ status }) => status !== 'pass').map(({ id, status }) => [id, status]);
    expect(notPassed).toEqual([
      ['notice-flush', 'notice'],
      ['notice-scaling', 'notice'],
    ]);
  });

  it('writes nothing on either side and leaves no connection', async () => {
    await a.mset('a', '1', 'b', '2');
    await b.set('c', '3');
    await Promise.all([a.config('RESETSTAT'), b.config('RESETSTAT')]);
    const clients = async (redis: Redis): Promise<number> =>
      String(await redis.call('CLIENT', 'LIST'))
        .trim()
        .split('\n').length;
    const before = [await clients(a), await clients(b)];
    await precheck(taskBetween(source.url, target.url, { existing: 'overwrite' }));
    for (const redis of [a, b]) {
      const table = (await redis.call('COMMAND')) as [string, number, string[]][];
      const writes = new Set(table.filter(([, , flags]) => flags.includes('write')).map(([name]) => name));
      const stats = await redis.info('commandstats');
      const called = [...stats.matchAll(/^cmdstat_([^|:]+)[^:]*:calls=([1-9]\d*)/gm)].map(
        ([, name]) => name!,
      );
      expect(called).toContain('info');
      expect(called.filter((name) => writes.has(name))).toEqual([]);
    }
    expect([await a.dbsize(), await b.dbsize()]).toEqual([2, 1]);
    await poll('the connections are gone', async () => {
      const now = [await clients(a), await clients(b)];
      return now[0] === before[0] && now[1] === before[1];
    });
    expect([await clients(a), await clients(b)]).toEqual(before);
  });

  it('is not misled by what it sends itself when it is run again', async () => {
    await a.mset(...Array.from({ length: 3000 }, (_, i) => [`key:${i}`, 'v'.repeat(50)]).flat());
    for (let run = 0; run < 2; run++) {
      const results = await precheck(taskBetween(source.url, target.url));
      expect(results.get('source-backlog')!.status).toBe('pass');
    }
  });

  it('runs the checks that are named only', async () => {
    const results = await precheck(taskBetween(source.url, target.url), ['modules', 'source-timeout']);
    expect([...results.keys()].sort()).toEqual(['modules', 'source-timeout']);
    expect([...results.values()].map(({ status }) => status)).toEqual(['pass', 'pass']);
  });

  it('reports nothing more once it is aborted', async () => {
    const abort = new AbortController();
    const results: CheckResult[] = [];
    await runPrecheck(systemWorld, taskBetween(source.url, target.url), {
      onChecking: () => undefined,
      onResult: (result) => {
        results.push(result);
        abort.abort();
      },
      signal: abort.signal,
    });
    expect(results).toHaveLength(1);
  });
});

describe('the connections', () => {
  it('tells wrong credentials and skips what needs them, without the password', async () => {
    const locked = await startRedis({ requirepass: 'right-secret' });
    others.push(locked);
    const spec = taskBetween(`redis://:wrong-secret@127.0.0.1:${locked.port}`, target.url);
    const results = await precheck(spec);
    expect(results.get('source-connection')).toMatchObject({ status: 'failure' });
    expect(results.get('source-connection')!.found).toMatch(
      /The source refuses the credentials .*WRONGPASS.* is wrong, missing/,
    );
    expect(results.get('source-connection')!.mends[0]!.text).toBe(ERROR_CATALOGUE.SOURCE_AUTH.remedy);
    expect(results.get('versions')).toMatchObject({ status: 'skipped' });
    expect(results.get('versions')!.found).toMatch(/the source cannot be reached: .*refuses the credentials/);
    expect(results.get('target-connection')!.status).toBe('pass');
    expect(results.get('target-primary')!.status).toBe('pass');
    expect(JSON.stringify([...results])).not.toMatch(/-secret/);
  });

  it('tells a target that is not there', async () => {
    const spec = taskBetween(source.url, `redis://127.0.0.1:${await freePort()}`);
    const results = await precheck(spec, ['source-connection', 'target-connection', 'target-empty']);
    expect(results.get('source-connection')!.status).toBe('pass');
    expect(results.get('target-connection')).toMatchObject({ status: 'failure' });
    expect(results.get('target-connection')!.found).toMatch(/cannot be reached .*nothing listens/);
    expect(results.get('target-empty')!.status).toBe('skipped');
  });

  atNight('waits a while for a target that answers nothing, and no longer than it is wanted', async () => {
    const frozen = await another();
    await frozen.kill('SIGSTOP');
    const spec = taskBetween(source.url, frozen.url);
    const results = await precheck(spec);
    expect(results.size).toBe(CHECK_IDS.length);
    expect(results.get('target-connection')!.status).toBe('failure');
    expect(results.get('target-connection')!.found).toMatch(/cannot be reached .*no answer/);
    expect(results.get('target-memory')!.status).toBe('skipped');
    expect(results.get('source-backlog')!.status).toBe('pass');

    const beganMs = Date.now();
    const reported: CheckId[] = [];
    await runPrecheck(systemWorld, spec, {
      only: ['target-connection', 'target-memory'],
      onChecking: () => undefined,
      onResult: ({ id }) => reported.push(id),
      signal: AbortSignal.timeout(200),
    });
    expect(Date.now() - beganMs).toBeLessThan(2000);
    expect(reported).toEqual([]);
    await frozen.kill('SIGCONT');
  });

  it('tells clusters on both sides', async () => {
    const cluster = await another('--cluster-enabled', 'yes');
    const asSource = await precheck(taskBetween(cluster.url, target.url), [
      'source-connection',
      'cluster-sync',
    ]);
    expect(asSource.get('source-connection')).toMatchObject({
      status: 'pass',
      found: expect.stringContaining('primary in a cluster'),
    });
    expect(asSource.get('cluster-sync')).toMatchObject({
      status: 'pass',
      found: expect.stringMatching(/^From a cluster of 0 shards to one server/),
    });
    const asTarget = await precheck(taskBetween(source.url, cluster.url), [
      ...(['target-connection', 'target-primary', 'cluster-sync'] as const),
    ]);
    expect([...asTarget.values()].map(({ id, status }) => [id, status]).toSorted()).toEqual([
      ['cluster-sync', 'pass'],
      ['target-connection', 'pass'],
      ['target-primary', 'skipped'],
    ]);
    expect(asTarget.get('cluster-sync')!.found).toMatch(/^From one server to a cluster of 0 shards/);
  });

  it('tells a source that is a replica without its primary', async () => {
    const replica = await another('--replicaof', '127.0.0.1', String(await freePort()));
    const result = await check('source-connection', taskBetween(replica.url, target.url));
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/replica without its primary .*that link is down/);
  });

  it('tells a server that is loading', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-loading-'));
    const slow = await startRedis({ dir, args: ['--enable-debug-command', 'yes'] });
    others.push(slow);
    const client = slow.client();
    await client.call('DEBUG', 'POPULATE', '20000', 'key', '100');
    await client.config('SET', 'loading-process-events-interval-bytes', '1024');
    await client.config('SET', 'key-load-delay', '300');
    const reloaded = client.call('DEBUG', 'RELOAD').catch(() => undefined);
    await poll('the server loads', async () => {
      const probe = slow.client({ enableReadyCheck: false });
      return (await probe.info('persistence')).includes('loading:1');
    });
    const asSource = await check('source-connection', taskBetween(slow.url, target.url));
    const asTarget = await check('target-connection', taskBetween(source.url, slow.url));
    expect(asSource).toMatchObject({ status: 'failure' });
    expect(asSource.found).toMatch(/The source is still loading/);
    expect(asTarget.found).toMatch(/The target is still loading/);
    client.disconnect();
    await slow.kill();
    await reloaded;
    rmSync(dir, { recursive: true, force: true });
  });
});

describe('two servers, and no loop', () => {
  it('knows one server by its run id under two addresses', async () => {
    const result = await check(
      'distinct-servers',
      taskBetween(source.url, `redis://localhost:${source.port}`),
    );
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/same server process/);
  });

  it('tells a target that is a replica of the source, until it stands alone', async () => {
    const replica = await another('--replicaof', '127.0.0.1', String(source.port));
    const client = replica.client();
    await poll('the replica is linked', async () =>
      (await client.info('replication')).includes('master_link_status:up'),
    );
    const spec = taskBetween(source.url, replica.url);
    const linked = await precheck(spec, ['distinct-servers', 'target-primary']);
    expect(linked.get('distinct-servers')!.status).toBe('failure');
    expect(linked.get('distinct-servers')!.found).toMatch(
      /replica of 127.0.0.1:\d+ and has the source's data/,
    );
    expect(linked.get('target-primary')!.status).toBe('failure');
    expect(linked.get('target-primary')!.found).toContain(`replica of 127.0.0.1:${source.port}`);

    await runMend(client, linked.get('distinct-servers')!.mends[0]!.command);
    const alone = await precheck(spec, ['distinct-servers', 'target-primary']);
    expect([...alone.values()].map(({ status }) => status)).toEqual(['pass', 'pass']);
  });

  it('tells a source that is a replica of the target', async () => {
    const replica = await another('--replicaof', '127.0.0.1', String(target.port));
    const client = replica.client();
    await poll('the replica is linked', async () =>
      (await client.info('replication')).includes('master_link_status:up'),
    );
    const result = await check('distinct-servers', taskBetween(replica.url, target.url));
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/The source is a replica of the target/);
  });

  it('tells a task that runs the other way, and one that did', async () => {
    await b.set('from', 'target');
    const back = startRun(target.url, source.url, { task: 'back', until: 'stopped' });
    await back.reached('in-step');
    const running = await check('distinct-servers', taskBetween(source.url, target.url));
    const emptied = await check('target-empty', taskBetween(source.url, target.url));
    back.session.stop('drain');
    await back.outcome;
    expect(running.status).toBe('failure');
    expect(running.found).toMatch(/^A loop: the task back copies from this target to this source/);
    expect(emptied.mends.filter(({ command }) => command !== undefined)).toEqual([]);

    const stopped = await check('distinct-servers', taskBetween(source.url, target.url));
    expect(stopped.status).toBe('warning');
    expect(stopped.found).toMatch(/The task back has copied .* not connected/);
  });

  it('offers nothing that would remove keys of the source by way of the target', async () => {
    await a.set('customer', '1');
    const twice = taskBetween(source.url, `redis://localhost:${source.port}`);
    await a.config('SET', 'maxmemory', '1gb', 'maxmemory-policy', 'allkeys-lru');
    const all = await precheck(twice);
    await a.config('SET', 'maxmemory', '0', 'maxmemory-policy', 'noeviction');
    expect(all.get('target-empty')!.status).toBe('failure');
    const commands = [...all.values()].flatMap(({ mends }) => mends);
    expect(commands.filter(({ where, command }) => where === 'target' && command !== undefined)).toEqual([]);
    expect(all.get('target-empty')!.mends.at(-1)!.text).toMatch(/not offered.*same server/);

    const replica = await another('--replicaof', '127.0.0.1', String(target.port));
    const client = replica.client();
    await b.set('customer', '1');
    await poll('the replica is linked', async () => (await client.get('customer')) === '1');
    const upstream = await check('target-empty', taskBetween(replica.url, target.url));
    expect(upstream.status).toBe('failure');
    expect(upstream.mends.filter(({ command }) => command !== undefined)).toEqual([]);
    expect(upstream.mends.at(-1)!.text).toMatch(/not offered.*the source follows the target/);
  });

  it('offers nothing that removes keys while the source cannot be told from the target', async () => {
    await b.set('customer', '1');
    const port = await freePort();
    const blind = await check('target-empty', taskBetween(`redis://127.0.0.1:${port}`, target.url));
    expect(blind.status).toBe('failure');
    expect(blind.mends.filter(({ command }) => command !== undefined)).toEqual([]);
  });

  it('lets a source be fed by a third server', async () => {
    const third = await another();
    await startRun(third.url, source.url, { task: 'first-leg' }).outcome;
    const result = await check('distinct-servers', taskBetween(source.url, target.url));
    expect(result.status).toBe('pass');
    expect(result.found).toContain(`the target of the task first-leg, from 127.0.0.1:${third.port}`);
  });
});

describe('a target that takes writes', () => {
  it('tells missing replicas, until they are not asked for', async () => {
    await b.config('SET', 'min-replicas-to-write', '1');
    const spec = taskBetween(source.url, target.url);
    const lacking = await check('target-primary', spec);
    expect(lacking.status).toBe('warning');
    expect(lacking.found).toMatch(/wants 1 replica .* has 0/);
    const command = lacking.mends.find((mend) => mend.command)!.command;
    expect(command).toBe('CONFIG SET min-replicas-to-write 0');
    await runMend(b, command);
    expect((await check('target-primary', spec)).status).toBe('pass');
  });

  it('tells a target that cannot save, until it may write all the same, or can save again', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-full-'));
    const folder = mkdtempSync(path.join(dir, 'data-'));
    const failing = await startRedis({ dir: folder, args: ['--save', '3600', '1'] });
    others.push(failing);
    const client = failing.client();
    await client.set('a', '1');
    rmSync(folder, { recursive: true, force: true });
    await client.bgsave();
    await poll('the save has failed', async () =>
      (await client.info('persistence')).includes('rdb_last_bgsave_status:err'),
    );
    const spec = taskBetween(source.url, failing.url);
    const refused = await check('target-primary', spec);
    expect(refused.status).toBe('failure');
    expect(refused.found).toMatch(/last background save .*refuses all writes/);
    expect(refused.mends.map(({ command }) => command)).toEqual([
      'BGSAVE',
      'CONFIG SET stop-writes-on-bgsave-error no',
    ]);
    await runMend(client, refused.mends[1]!.command);
    expect((await check('target-primary', spec)).status).toBe('pass');
    // It would not end on its own, since it cannot save.
    await failing.kill();
    rmSync(dir, { recursive: true, force: true });
  });

  it('finds the clocks of one machine in step', async () => {
    const result = await check('clock-difference', taskBetween(source.url, target.url));
    expect(result.status).toBe('pass');
    expect(result.found).toMatch(/^They differ by \d+ ms\.$/);
  });
});
