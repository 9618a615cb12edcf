import type { Redis } from 'ioredis';
import { chmodSync, existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckId, CheckResult } from '../../shared/model/precheck.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { check, runMend, taskBetween } from '../support/precheck.ts';
import { serverBinary, startRedis, type RedisProcess } from '../support/redis-server.ts';
import { startRun } from '../support/sync-run.ts';
import { storedCheckpoint } from '../support/target/checkpoints.ts';
import { releaseTask } from '../../electron/engine/task/release-task.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis({ args: ['--databases', '32'] }), startRedis()]);
  [a, b] = [source.client(), target.client()];
});

beforeEach(async () => {
  await Promise.all([a.flushall(), b.flushall()]);
  await Promise.all([a.function('FLUSH'), b.function('FLUSH')]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

const look = (id: CheckId, spec: Partial<TaskSpec> = {}): Promise<CheckResult> =>
  check(id, taskBetween(source.url, target.url, spec));

/** The checkpoint of a task that has made its copy and writes nothing more. */
const ENDED = storedCheckpoint({ state: 'complete', active: false, source: 'elsewhere:6379' });

describe('what stands on the target', () => {
  it('passes when it is empty, and beside the keys of other tasks', async () => {
    expect(await look('target-empty')).toMatchObject({ status: 'pass' });
    await b.hset('lockstep:{tasks}:checkpoint:other', ENDED);
    const result = await look('target-empty');
    expect(result).toMatchObject({ status: 'pass' });
    expect(result.found).toMatch(/no keys .* 1 key of other tasks \(lockstep:…\) does not count/);
  });

  it('fails with counts and names per database, until the mends have emptied them', async () => {
    await b.mset('one', '1', 'two', '2');
    await b.select(3);
    await b.set('three', '3');
    await b.select(0);
    const result = await look('target-empty');
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/^The target holds 2 keys in database 0, 1 key in database 3: /);
    for (const name of ['one', 'two', 'three']) expect(result.found).toContain(name);
    expect(result.mends[0]!.text).toMatch(/Overwrite keys of the same name/);
    expect(result.mends[2]!.command).toBe(`redis-cli -h 127.0.0.1 -p ${target.port} -n 3 FLUSHDB`);
    for (const { command } of result.mends.slice(1)) await runMend(b, command);
    await b.select(0);
    expect(await look('target-empty')).toMatchObject({ status: 'pass' });
  });

  it('fails while another task writes to the same databases, until it is handed over', async () => {
    await startRun(source.url, target.url, { task: 'other' }).outcome;
    expect(await look('target-empty')).toMatchObject({ status: 'pass' });
    await b.hset('lockstep:{tasks}:checkpoint:other', 'active', '1');
    const result = await look('target-empty', { existing: 'overwrite' });
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/Another task writes .*: other from 127\.0\.0\.1:\d+\.$/);
    const command = `lockstep release --target ${target.url} --task other`;
    expect(result.mends[1]).toMatchObject({ command });
    await releaseTask(systemWorld, parseEndpoint(target.url), 'other', { warning: () => undefined });
    expect(await look('target-empty')).toMatchObject({ status: 'pass' });

    await b.hset('lockstep:{tasks}:checkpoint:other', { ...ENDED, active: '1', databases: '3' });
    expect((await look('target-empty')).found).toContain('other from elsewhere:6379');
    expect(await look('target-empty', { databases: [0, 1] })).toMatchObject({ status: 'pass' });

    await b.hset('lockstep:{tasks}:checkpoint:newer', 'format', '99');
    expect((await look('target-empty')).found).toContain('newer with a checkpoint that cannot be read');
  });

  it('offers no command that would take the checkpoints of other tasks along', async () => {
    await b.set('one', '1');
    await b.hset('lockstep:{tasks}:checkpoint:other', ENDED);
    await b.select(3);
    await b.set('three', '3');
    await b.select(0);
    const { mends } = await look('target-empty');
    expect(mends.map(({ command }) => command)).toEqual([
      undefined,
      undefined,
      `redis-cli -h 127.0.0.1 -p ${target.port} -n 3 FLUSHDB`,
    ]);
    expect(mends[1]!.text).toMatch(/database 0 holds, but not .*other tasks/);
  });

  it('offers none either where it has not looked at all keys, and other tasks may have some of them', async () => {
    await b.hset('lockstep:{tasks}:checkpoint:other', ENDED);
    await b.hset('lockstep:{tasks}', 'other', 'run-1');
    await b.select(3);
    await b.eval(`for i = 1, 20000 do redis.call('SET', 'key:' .. i, i) end`, 0);
    await b.select(0);
    const { mends } = await look('target-empty');
    expect(mends.filter(({ command }) => command?.includes('FLUSHDB'))).toEqual([]);
    expect(mends.map(({ text }) => text).join(' ')).toContain(
      '20,000 keys that database 3 holds, but not with FLUSHDB',
    );
  });

  it('shows five names of many', async () => {
    const pairs = Array.from({ length: 3000 }, (_, i) => [`key:${i}`, 'v']).flat();
    await b.mset(...pairs);
    const { found } = await look('target-empty');
    expect(found).toMatch(/3,000 keys in database 0: (key:\d+, ){5}…\.$/);
  });

  it('looks at the chosen databases only', async () => {
    await b.set('in', 'database 0');
    expect(await look('target-empty', { databases: [1] })).toMatchObject({ status: 'pass' });
    expect(await look('target-empty', { databases: [0, 1] })).toMatchObject({ status: 'failure' });
  });

  it('warns and names what stands there when it may be overwritten', async () => {
    await b.set('mine', '1');
    const result = await look('target-empty', { existing: 'overwrite' });
    expect(result.status).toBe('warning');
    expect(result.found).toMatch(/1 key in database 0: mine\. .*overwritten and lost; the others stay/);
  });

  it('passes for a task that goes on from its checkpoint', async () => {
    await a.mset('a', '1', 'b', '2');
    await startRun(source.url, target.url, { task: 'checked' }).outcome;
    const result = await look('target-empty');
    expect(result.status).toBe('pass');
    expect(result.found).toMatch(
      /This task has run before, from 127.0.0.1:\d+: it goes on from its checkpoint/,
    );
    const other = await look('target-empty', { task: 'another' });
    expect(other.status).toBe('failure');
    expect(other.found).toMatch(/^The target holds 2 keys in database 0/);
  });

  it('says that a copy which did not end is made anew, and refuses another choice of databases', async () => {
    await startRun(source.url, target.url, { task: 'checked' }).outcome;
    const changed = await look('target-empty', { databases: [0] });
    expect(changed.status).toBe('failure');
    expect(changed.found).toMatch(/belongs to other settings .*ran with databases all, not 0/);
    await b.hset('lockstep:{tasks}:checkpoint:checked', 'state', 'copying');
    const anew = await look('target-empty');
    expect(anew).toMatchObject({ status: 'notice' });
    expect(anew.found).toMatch(/the full copy is made anew/);
    await b.hset('lockstep:{tasks}:checkpoint:checked', 'format', '9');
    expect(await look('target-empty')).toMatchObject({ status: 'failure' });
  });
});

describe('databases, expiry and functions', () => {
  it('tells databases that the target lacks', async () => {
    expect(await look('database-numbers')).toMatchObject({ status: 'pass' });
    await a.select(20);
    await a.set('far', 'out');
    await a.select(0);
    const result = await look('database-numbers');
    expect(result.status).toBe('failure');
    expect(result.found).toBe('The target has 16, from 0 to 15; database 20 would have no place.');
    expect(result.mends[0]!.command).toBe('databases 21');
    expect(await look('database-numbers', { databases: [0] })).toMatchObject({ status: 'pass' });
  });

  it('counts the keys that expire', async () => {
    expect(await look('expiring-keys')).toMatchObject({
      status: 'pass',
      found: 'The source holds no keys yet.',
    });
    await a.mset('a', '1', 'b', '2', 'c', '3');
    expect((await look('expiring-keys')).found).toBe('None of the 3 keys expires.');
    await a.set('d', '4', 'EX', 1000);
    const result = await look('expiring-keys');
    expect(result.status).toBe('notice');
    expect(result.found).toMatch(/^1 of 4 keys expire \(25.0 %\)/);
  });

  const library = (name: string): string =>
    `#!lua name=${name}\nredis.register_function('${name}_f', function() return 1 end)`;

  it('tells function libraries, and those on both sides', async () => {
    expect(await look('functions')).toMatchObject({ status: 'pass' });
    await a.function('LOAD', library('shared'));
    expect(await look('functions')).toMatchObject({
      status: 'pass',
      found: 'The source has 1 function library (shared); they are copied with the data.',
    });
    await b.function('LOAD', library('shared'));
    const both = await look('functions');
    expect(both.status).toBe('notice');
    expect(both.found).toMatch(/target has shared as well: replaced/);
    // Content like keys, where no keys stand.
    const standing = await look('target-empty', { databases: [9] });
    expect(standing.status).toBe('failure');
    expect(standing.found).toMatch(
      /holds no keys in the chosen databases, but 1 function library \(shared\)\./,
    );
    expect(await look('target-empty', { databases: [9], existing: 'overwrite' })).toMatchObject({
      status: 'warning',
    });
    await b.function('FLUSH');
    await a.function('FLUSH');
  });

  it('passes where no modules are loaded', async () => {
    expect(await look('modules')).toMatchObject({
      status: 'pass',
      found: 'The source has no modules loaded.',
    });
  });

  it('tells how flushes of the source are treated', async () => {
    expect((await look('notice-flush')).found).toMatch(/stops before it and asks/);
    expect((await look('notice-flush', { onFlush: 'apply' })).found).toMatch(
      /they are removed with the others/,
    );
  });
});

describe('versions', () => {
  const old = serverBinary('6.2');
  it.skipIf(!old)('warns from 7.0 to 6.2, naming what is converted, and fails at functions', async () => {
    const older = await startRedis({ binary: old! });
    const spec = taskBetween(source.url, older.url);
    await a.config('RESETSTAT');
    await a.set('a', '1');
    const warned = await check('versions', spec);
    const reverse = await check('versions', taskBetween(older.url, target.url));
    await a.function('LOAD', "#!lua name=lib\nredis.register_function('f', function() return 1 end)");
    const functions = await check('functions', spec);
    await older.stop();
    expect(warned.status).toBe('warning');
    expect(warned.found).toMatch(
      /^Redis 7\.\S+ to Redis 6\.2\.\d+: newer to older\. Values in newer forms are written as commands; XGROUP, XSETID are sent in an older form; streams lose/,
    );
    expect(reverse).toMatchObject({ status: 'pass' });
    expect(reverse.found).toMatch(/older to newer/);
    expect(functions.status).toBe('failure');
    expect(functions.found).toMatch(
      /1 function library \(lib\), and the target, before 7.0, knows no functions/,
    );
    // Nothing of a source is to be removed, so there is no command for it.
    expect(functions.mends.map(({ command }) => command)).toEqual([undefined, undefined, undefined]);
    await a.function('FLUSH');
  });

  const ancient = serverBinary('4.0');
  it.skipIf(!ancient)('fails where a stream has no place, and warns of commands that have none', async () => {
    const older = await startRedis({ binary: ancient! });
    const spec = taskBetween(source.url, older.url);
    await a.config('RESETSTAT');
    await a.set('a', '1');
    await a.copy('a', 'b');
    const warned = await check('versions', spec);
    await a.xadd('events', '*', 'f', 'v');
    const failed = await check('versions', spec);
    const scripts = await check('functions', taskBetween(older.url, target.url));
    await older.client().eval("return redis.call('SET', KEYS[1], 'v')", 1, 'k');
    const run = await check('functions', taskBetween(older.url, target.url));
    await older.stop();
    expect(warned.status).toBe('warning');
    expect(warned.found).toMatch(/commands which the target does not know: COPY \(1\)\./);
    expect(failed.status).toBe('failure');
    expect(failed.found).toMatch(/cannot hold streams \(key events in database 0 is one\)/);
    expect(scripts.status).toBe('pass');
    expect(run.status).toBe('warning');
    expect(run.found).toMatch(/sends scripts as they are.* 1 have run/);
  });

  for (const version of ['7.4', '8.0', 'valkey-9.1']) {
    it.skipIf(!serverBinary(version))(
      `fails where fields of ${version} that expire have no place`,
      async () => {
        const newer = await startRedis({ binary: serverBinary(version)! });
        const client = newer.client();
        await client.hset('h', 'f', 'v');
        const spec = taskBetween(newer.url, target.url);
        const before = await check('versions', spec);
        await client.call('HEXPIRE', 'h', '1000', 'FIELDS', '1', 'f');
        const after = await check('versions', spec);
        await newer.stop();
        expect(before.status).toBe('warning');
        expect(after.status).toBe('failure');
        expect(after.found).toMatch(/cannot hold fields of hashes that expire \(1 hash has some\)/);
      },
    );
  }

  it('warns where import-mode is to be used and the target has none', async () => {
    const wanted = await check('versions', taskBetween(source.url, target.url, { importMode: 'use' }));
    expect(wanted.status).toBe('warning');
    expect(wanted.found).toMatch(/the target has no import-mode, so keys go late there/);
    const copy = { importMode: 'use', fullOnly: true } as const;
    expect((await check('versions', taskBetween(source.url, target.url, copy))).status).toBe('pass');
  });

  const valkey = serverBinary('valkey-8.1');
  it.skipIf(!valkey)('passes from Redis 7.0 to Valkey, and warns the other way round', async () => {
    const server = await startRedis({ binary: valkey! });
    const there = await check('versions', taskBetween(source.url, server.url));
    const back = await check('versions', taskBetween(server.url, target.url));
    await server.stop();
    expect(there).toMatchObject({ status: 'pass' });
    expect(there.found).toMatch(/Redis 7\.\S+ to Valkey 8\.1\.\d+: older to newer/);
    expect(back.status).toBe('warning');
  });
});

describe('the spool', () => {
  it('judges the folder without making it', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-spool-'));
    const wanted = path.join(dir, 'not', 'yet');
    const fits = await look('spool-disk', { spoolDir: wanted });
    const large = await look('spool-disk', { spoolDir: wanted, spoolMaxBytes: Number.MAX_SAFE_INTEGER });
    writeFileSync(path.join(dir, 'file'), '');
    const file = await look('spool-disk', { spoolDir: path.join(dir, 'file', 'below') });
    expect(existsSync(path.join(dir, 'not'))).toBe(false);
    expect(fits.status).toBe('pass');
    expect(fits.found).toMatch(/^\d.* are free in .*lockstep-spool-/);
    expect(large.status).toBe('warning');
    expect(large.found).toMatch(/the buffer may grow to 8\.0 PB/);
    expect(file.status).toBe('failure');
    expect(file.found).toMatch(/file is a file/);
    rmSync(dir, { recursive: true, force: true });
  });

  // root may write everywhere.
  it.skipIf(process.getuid?.() === 0)('tells a folder that may not be written', async () => {
    const dir = mkdtempSync(path.join(tmpdir(), 'lockstep-spool-'));
    chmodSync(dir, 0o500);
    const result = await look('spool-disk', { spoolDir: path.join(dir, 'x') });
    chmodSync(dir, 0o700);
    rmSync(dir, { recursive: true, force: true });
    expect(result).toMatchObject({ status: 'failure' });
    expect(result.mends[1]!.command).toContain(`chmod u+wx '${dir}'`);
  });
});
