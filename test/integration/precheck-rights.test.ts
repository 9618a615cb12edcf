import type { Redis } from 'ioredis';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { CheckResult } from '../../shared/model/precheck.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { check, runMend, taskBetween } from '../support/precheck.ts';
import { serverBinary, startRedis, type RedisProcess } from '../support/redis-server.ts';

let source: RedisProcess;
let target: RedisProcess;
let a: Redis;
let b: Redis;

const as = (server: RedisProcess): string => `redis://app:secret@127.0.0.1:${server.port}`;
const allow = (redis: Redis, ...rules: string[]): Promise<unknown> =>
  redis.call('ACL', 'SETUSER', 'app', 'reset', 'on', '>secret', ...rules);

beforeAll(async () => {
  [source, target] = await Promise.all([startRedis(), startRedis()]);
  [a, b] = [source.client(), target.client()];
});

beforeEach(async () => {
  await Promise.all([a.flushall(), b.flushall()]);
});

afterAll(async () => {
  await Promise.all([source?.stop(), target?.stop()]);
});

describe('the rights of the source user', () => {
  let spec: TaskSpec;
  const look = (): Promise<CheckResult> => check('source-permissions', spec);
  beforeEach(() => {
    spec = taskBetween(as(source), target.url);
  });

  it('fails without PSYNC, names what is lacking, and passes after the mend', async () => {
    await allow(a, '+ping', '+info', '+acl|whoami', '+acl|dryrun');
    const result = await look();
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/^The user app may not run REPLCONF, PSYNC, so it cannot replicate/);
    expect(result.mends[1]!.command).toBe('ACL SETUSER app +replconf +psync');

    await runMend(a, result.mends[1]!.command);
    const least = await look();
    expect(least.status).toBe('warning');
    expect(least.found).toMatch(/may replicate, but may not run .*CONFIG GET.*SCAN/);

    await runMend(a, least.mends[0]!.command);
    const keys = await look();
    expect(keys).toMatchObject({ status: 'warning' });
    expect(keys.found).toMatch(/but may not read all keys/);
    await runMend(a, keys.mends[0]!.command);
    expect(await look()).toMatchObject({ status: 'pass' });
  });

  it('passes after the one mend that grants all', async () => {
    await allow(a, '~*', '+acl|whoami', '+acl|dryrun');
    const result = await look();
    expect(result.status).toBe('failure');
    await runMend(a, result.mends[0]!.command);
    expect(await look()).toMatchObject({ status: 'pass', found: expect.stringContaining('user app') });
  });

  it('says so where PSYNC cannot be asked about', async () => {
    await allow(a, '~*', '+@all', '-acl');
    const result = await look();
    expect(result.status).toBe('notice');
    expect(result.found).toMatch(/may run PSYNC could not be looked at/);
  });

  it('finds what lacks without the right to ask', async () => {
    await allow(a, '~*', '+@all', '-acl', '-config', '-scan');
    const result = await look();
    expect(result.status).toBe('warning');
    expect(result.found).toMatch(/may not run CONFIG GET, SCAN/);
    expect(result.mends[0]!.command).toBe('ACL SETUSER app +config|get +scan');
    await runMend(a, result.mends[0]!.command);
    expect((await look()).status).toBe('notice');
  });

  it('tries what only reads where transactions are not permitted either', async () => {
    await allow(a, '+ping', '+info', '+psync', '+replconf');
    const result = await look();
    expect(result.status).toBe('warning');
    expect(result.found).toMatch(
      /^The user app may not run SELECT, TIME, COMMAND, CONFIG GET, .* PSYNC could not/,
    );
    await runMend(a, result.mends[0]!.command);
    await allow(a, '+ping', '+psync', '+replconf', '+time');
    const blind = await look();
    expect(blind.status).toBe('failure');
    expect(blind.found).toMatch(/may not run INFO, so/);
  });

  it('fails where PSYNC is disabled', async () => {
    const closed = await startRedis({ args: ['--rename-command', 'PSYNC', ''] });
    const result = await check('source-permissions', taskBetween(closed.url, target.url));
    await closed.stop();
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/^The source refuses replication \(the source does not know PSYNC\)/);
  });
});

describe('the rights of the target user', () => {
  let spec: TaskSpec;
  const look = (): Promise<CheckResult> => check('target-permissions', spec);
  beforeEach(async () => {
    spec = taskBetween(source.url, as(target));
    await b.set('stays', 'here');
  });

  it('fails for a reader, until the mend lets it write', async () => {
    await allow(b, '~*', '+@read', '+ping', '+info', '+acl');
    const result = await look();
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/^The user app may not run .* and \d+ more\.$/);
    expect(result.mends[0]!.command).toMatch(/^ACL SETUSER app \+@all -@admin -migrate /);
    await runMend(b, result.mends[0]!.command);
    await b.call('ACL', 'SETUSER', 'app', '+acl');
    expect(await look()).toMatchObject({ status: 'pass' });
  });

  it('names the few commands that lack', async () => {
    await allow(b, '~*', '+@all', '-restore', '-flushall', '-xgroup');
    const result = await look();
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/may not run .*RESTORE/);
    expect(result.found).toMatch(/FLUSHALL/);
    await runMend(b, result.mends[0]!.command);
    expect(await look()).toMatchObject({ status: 'pass' });
  });

  const valkey = serverBinary('valkey-8.1');
  it.skipIf(!valkey)('asks about import-mode where the task wants it and the target has it', async () => {
    const server = await startRedis({ binary: valkey! });
    await allow(server.client(), '~*', '+@all', '-config|set');
    const wants = (importMode: 'use' | 'leave'): Promise<CheckResult> =>
      check('target-permissions', taskBetween(source.url, as(server), { importMode }));
    const [left, used] = [await wants('leave'), await wants('use')];
    await server.stop();
    expect(left.status).toBe('pass');
    expect(used.found).toMatch(/may write, but not run CONFIG SET\./);
    expect(used.found).toMatch(/Without import-mode keys go late/);
  });

  it('fails where only some names of keys may be written', async () => {
    await allow(b, '~app:*', '+@all');
    const result = await look();
    expect(result.status).toBe('failure');
    expect(result.found).toBe('The user app may not write keys of every name.');
    expect(result.mends[0]!.command).toBe('ACL SETUSER app ~*');
    await runMend(b, result.mends[0]!.command);
    expect(await look()).toMatchObject({ status: 'pass' });
  });

  it('asks without ACL DRYRUN, too, and runs nothing by that', async () => {
    await allow(b, '~*', '+@all', '-@admin', '-sadd');
    const result = await look();
    expect(result.status).toBe('failure');
    expect(result.found).toBe('The user app may not run SADD.');
    expect(result.mends[0]!.command).toMatch(/^ACL SETUSER app .*\+sadd/);
    expect(await b.get('stays')).toBe('here');
    expect(await b.dbsize()).toBe(1);

    await b.call('ACL', 'SETUSER', 'app', '+sadd');
    const wanted = await look();
    expect(wanted.status).toBe('warning');
    expect(wanted.found).toMatch(/may write, but not run .*CONFIG GET/);
    await runMend(b, wanted.mends[0]!.command);
    expect(await look()).toMatchObject({ status: 'pass' });
    expect(await b.get('stays')).toBe('here');
  });

  it('fails where transactions are not permitted', async () => {
    await allow(b, '~*', '+@all', '-@admin', '-multi');
    const result = await look();
    expect(result).toMatchObject({ status: 'failure', found: 'The user app may not run MULTI.' });
  });

  it('fails where a command is disabled', async () => {
    const closed = await startRedis({ args: ['--rename-command', 'WATCH', ''] });
    const result = await check('target-permissions', taskBetween(source.url, closed.url));
    await closed.stop();
    expect(result.status).toBe('failure');
    expect(result.found).toMatch(/does not know WATCH: renamed or disabled/);
  });

  it.each([
    ['SET', 'failure', /^The target does not know SET: renamed or disabled\.$/],
    [
      'FLUSHALL',
      'warning',
      /^The target does not know FLUSHALL: .*The task stops when the source sends it\.$/,
    ],
  ])(
    'tells that the write %s is disabled, which the target then does not list',
    async (name, status, found) => {
      const closed = await startRedis({ args: ['--rename-command', name, ''] });
      const result = await check('target-permissions', taskBetween(source.url, closed.url));
      await closed.stop();
      expect(result).toMatchObject({ status, found: expect.stringMatching(found) });
    },
  );

  for (const version of ['2.8', '5.0', '6.2', '8.0', 'valkey-8.1', 'valkey-9.1']) {
    it.skipIf(!serverBinary(version))(`passes for the default user of ${version}`, async () => {
      const server = await startRedis({ binary: serverBinary(version)! });
      const client = server.client();
      await client.set('stays', 'here');
      const results = [
        await check('target-permissions', taskBetween(source.url, server.url)),
        await check('source-permissions', taskBetween(server.url, target.url)),
      ];
      expect(await client.get('stays')).toBe('here');
      await server.stop();
      expect(results.map(({ status, found }) => [status, found])).toEqual([
        ['pass', expect.any(String)],
        ['pass', expect.any(String)],
      ]);
    });
  }

  const older = serverBinary('6.2');
  it.skipIf(!older)('tells what a user of 6.2 lacks, and the mend', async () => {
    const server = await startRedis({ binary: older! });
    const client = server.client();
    await allow(client, '~*', '+@all', '-psync', '-zadd', '-xgroup');
    const asSource = await check('source-permissions', taskBetween(as(server), target.url));
    const asTarget = await check('target-permissions', taskBetween(source.url, as(server)));
    expect(asSource).toMatchObject({ status: 'failure' });
    expect(asSource.found).toMatch(/may not run PSYNC/);
    expect(asTarget.found).toMatch(/may not run (ZADD, XGROUP|XGROUP, ZADD)\.$/);
    await runMend(client, asSource.mends[0]!.command);
    await runMend(client, asTarget.mends[0]!.command);
    expect((await check('source-permissions', taskBetween(as(server), target.url))).status).toBe('pass');
    expect((await check('target-permissions', taskBetween(source.url, as(server)))).status).toBe('pass');
    await server.stop();
  });
});
