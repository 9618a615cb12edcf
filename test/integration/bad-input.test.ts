import type { Redis } from 'ioredis';
import { createServer, type Server } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { eventually } from '../support/eventually.ts';
import { freePort } from '../support/free-port.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli, type CliResult } from '../support/run-cli.ts';
import { expectEmpty, expectFailure } from '../support/sync-outcome.ts';

/** Addresses, credentials and roles that cannot work: told within the time limit, with nothing written. */
const SECRETS = ['right-secret', 'wrong-secret', 'psync-secret', 'poor-secret', 'reader-secret'];

let source: RedisProcess;
let target: RedisProcess;
let locked: RedisProcess;
let cluster: RedisProcess;
let orphan: RedisProcess;
let follower: RedisProcess;
let unwilling: RedisProcess;
let silent: Server;
let a: Redis;
let b: Redis;
let closedPort: number;

beforeAll(async () => {
  closedPort = await freePort();
  [source, target, locked, cluster, orphan, unwilling] = await Promise.all([
    startRedis(),
    startRedis(),
    startRedis({ requirepass: 'right-secret' }),
    startRedis({ args: ['--cluster-enabled', 'yes'] }),
    startRedis({ args: ['--replicaof', '127.0.0.1', String(closedPort)] }),
    startRedis({ args: ['--rename-command', 'PSYNC', ''] }),
  ]);
  follower = await startRedis({ args: ['--replicaof', '127.0.0.1', String(source.port)] });
  a = source.client();
  b = target.client();
  await a.mset('one', '1', 'two', '2');
  await a.call('ACL', 'SETUSER', 'nopsync', 'on', '>psync-secret', '~*', '+@all', '-psync', '-sync');
  await a.call('ACL', 'SETUSER', 'poor', 'on', '>poor-secret', '~*', '+ping', '+info');
  await b.call('ACL', 'SETUSER', 'reader', 'on', '>reader-secret', '~*', '+@read', '+@connection', '+info');
  const replica = follower.client();
  await eventually('the replica is in step', async () =>
    (await replica.info('replication')).includes('master_link_status:up'),
  );
  silent = createServer(() => undefined);
  await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  silent?.close();
  await Promise.all(
    [follower, source, target, locked, cluster, orphan, unwilling].map((server) => server?.stop()),
  );
});

afterEach(() => expectEmpty(target));

const sync = (from: string, to: string): Promise<CliResult> =>
  runCli(['sync', '--source', from, '--target', to]);

interface Case {
  readonly name: string;
  readonly from?: () => string;
  readonly to?: () => string;
  readonly code: ErrorCode;
  readonly exit: number;
  readonly fact?: RegExp;
}

const at = (port: number, user = ''): string => `redis://${user}127.0.0.1:${port}`;
const silentUrl = (): string => at((silent.address() as { port: number }).port);

const cases: readonly Case[] = [
  {
    name: 'a source host without an address',
    from: () => 'redis://no-such-host.invalid:6379',
    code: 'SOURCE_UNREACHABLE',
    exit: 3,
    fact: /no machine is known by that name|cannot be looked up/,
  },
  {
    name: 'a target host without an address',
    to: () => 'redis://no-such-host.invalid:6379',
    code: 'TARGET_UNREACHABLE',
    exit: 4,
    fact: /no machine is known by that name|cannot be looked up/,
  },
  {
    name: 'a closed port of the source',
    from: () => at(closedPort),
    code: 'SOURCE_UNREACHABLE',
    exit: 3,
    fact: /refused: nothing listens/,
  },
  {
    name: 'a closed port of the target',
    to: () => at(closedPort),
    code: 'TARGET_UNREACHABLE',
    exit: 4,
    fact: /refused: nothing listens/,
  },
  {
    name: 'a wrong password of the source',
    from: () => at(locked.port, ':wrong-secret@'),
    code: 'SOURCE_AUTH',
    exit: 3,
    fact: /WRONGPASS/,
  },
  {
    name: 'a wrong password of the target',
    to: () => at(locked.port, ':wrong-secret@'),
    code: 'TARGET_AUTH',
    exit: 4,
    fact: /WRONGPASS/,
  },
  {
    name: 'a missing password of the source',
    from: () => at(locked.port),
    code: 'SOURCE_AUTH',
    exit: 3,
    fact: /NOAUTH/,
  },
  {
    name: 'a missing password of the target',
    to: () => at(locked.port),
    code: 'TARGET_AUTH',
    exit: 4,
    fact: /NOAUTH/,
  },
  {
    name: 'an unknown user of the source',
    from: () => at(locked.port, 'nobody:right-secret@'),
    code: 'SOURCE_AUTH',
    exit: 3,
    fact: /WRONGPASS/,
  },
  {
    name: 'an unknown user of the target',
    to: () => at(locked.port, 'nobody:right-secret@'),
    code: 'TARGET_AUTH',
    exit: 4,
    fact: /WRONGPASS/,
  },
  {
    name: 'a password that the target does not ask for',
    to: () => at(target.port, ':wrong-secret@'),
    code: 'TARGET_AUTH',
    exit: 4,
    fact: /without any password/,
  },
  {
    name: 'a source without PSYNC',
    from: () => unwilling.url,
    code: 'SOURCE_PSYNC_REFUSED',
    exit: 3,
    fact: /unknown command/,
  },
  {
    name: 'a source user without PSYNC',
    from: () => at(source.port, 'nopsync:psync-secret@'),
    code: 'SOURCE_NO_PERMISSION',
    exit: 3,
    fact: /'psync'/,
  },
  {
    name: 'a source user without REPLCONF',
    from: () => at(source.port, 'poor:poor-secret@'),
    code: 'SOURCE_NO_PERMISSION',
    exit: 3,
    fact: /'replconf'/,
  },
  {
    name: 'a target user who may only read',
    to: () => at(target.port, 'reader:reader-secret@'),
    code: 'TARGET_NO_PERMISSION',
    exit: 4,
    fact: /NOPERM/,
  },
  {
    name: 'a cluster without slots as the source',
    from: () => cluster.url,
    code: 'SOURCE_CLUSTER_DOWN',
    exit: 3,
    fact: /slots 0-16383 belong to no node/,
  },
  {
    name: 'a cluster without slots as the target',
    to: () => cluster.url,
    code: 'TARGET_CLUSTER_DOWN',
    exit: 4,
    fact: /slot \d+ belongs to no node/,
  },
  {
    name: 'a replica without its primary as the source',
    from: () => orphan.url,
    code: 'SOURCE_NO_MASTER_LINK',
    exit: 3,
    fact: /that link is down/,
  },
  {
    name: 'a read-only replica as the target',
    to: () => orphan.url,
    code: 'TARGET_READ_ONLY',
    exit: 4,
    fact: /replicates from 127\.0\.0\.1/,
  },
  {
    name: 'the source as its own target',
    to: () => source.url,
    code: 'SOURCE_IS_TARGET',
    exit: 2,
    fact: /same server process/,
  },
  {
    name: 'the source under another name as its target',
    to: () => source.url.replace('127.0.0.1', 'localhost'),
    code: 'SOURCE_IS_TARGET',
    exit: 2,
  },
  {
    name: 'a replica of the source as the target',
    to: () => follower.url,
    code: 'SOURCE_IS_TARGET',
    exit: 2,
    fact: /replicat/,
  },
];

describe('sync ends with a coded error and writes nothing', () => {
  it.each(cases)('for $name', async ({ from, to, code, exit, fact }) => {
    const result = await sync((from ?? (() => source.url))(), (to ?? (() => target.url))());
    expectFailure(result, { code, exit, ...(fact ? { fact } : {}), secrets: SECRETS });
    expect(await a.dbsize()).toBe(2);
  });

  it('in the same words with --json', async () => {
    const args = ['--source', at(locked.port, ':wrong-secret@'), '--target', target.url, '--json'];
    const { status, stdout, stderr } = await runCli(['sync', ...args]);
    // On a slow machine a second has passed, and figures stand before it.
    const last: unknown = JSON.parse(stdout.trim().split('\n').at(-1)!);
    expect(last).toMatchObject({ type: 'error', code: 'SOURCE_AUTH', exit: 3 });
    expect([status, stderr]).toEqual([3, '']);
    expect(stdout).not.toContain('wrong-secret');
  });
});

it('a port that never answers is given up within the time limit', async () => {
  const [fromSilent, toSilent, compared] = await Promise.all([
    sync(silentUrl(), target.url),
    sync(source.url, silentUrl()),
    runCli(['compare', '--source', source.url, '--target', silentUrl()]),
  ]);
  const fact = /no answer for 8 s/;
  expectFailure(fromSilent, { code: 'SOURCE_UNREACHABLE', exit: 3, fact });
  expectFailure(toSilent, { code: 'TARGET_UNREACHABLE', exit: 4, fact });
  expectFailure(compared, { code: 'TARGET_UNREACHABLE', exit: 4, fact });
});

describe('compare ends with a coded error', () => {
  it.each([
    { name: 'a closed port', to: () => at(closedPort), code: 'TARGET_UNREACHABLE', exit: 4 },
    { name: 'a missing password', to: () => at(locked.port), code: 'TARGET_AUTH', exit: 4 },
    { name: 'a cluster without slots', to: () => cluster.url, code: 'TARGET_CLUSTER_DOWN', exit: 4 },
  ] as const)('for $name', async ({ to, code, exit }) => {
    expectFailure(await runCli(['compare', '--source', source.url, '--target', to()]), { code, exit });
  });
});
