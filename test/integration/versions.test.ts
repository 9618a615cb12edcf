/**
 * Synchronisation between server versions. Apart from the server on PATH it needs other builds in the folder that
 * LOCKSTEP_TEST_SERVERS names; what is not there is skipped, and said so in the name of the test.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { fill, type Encodings } from '../support/rdb/fill.ts';
import type { ClientOptions, RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { startRun, type SyncRun } from '../support/sync-run.ts';
import { writeEveryKind, writeLargeStream } from '../support/versions/commands.ts';
import {
  VERSIONS,
  isPresent,
  missingServers,
  startVersion,
  versionNamed,
} from '../support/versions/servers.ts';

/** Each version with its neighbours, with the oldest and newest, and with itself; both ways. */
const PAIRS = VERSIONS.flatMap((from, i) =>
  VERSIONS.filter((_, j) => Math.abs(i - j) <= 1 || i === 0 || j === 0 || i + j === VERSIONS.length - 1).map(
    (to, n) => ({
      from,
      to,
      encodings: ((i + n) % 2 === 0 ? 'compact' : 'spread') as Encodings,
      title: `${from.name} to ${to.name}${missingServers(from, to)}`,
      missing: !isPresent(from) || !isPresent(to),
    }),
  ),
);
const FIRST_WITH = { streams: 50000, functions: 70000, fieldExpiry: 70400 };
/** Servers before 6.0 speak one protocol only. */
const CLIENT: ClientOptions = { protocol: 2, enableReadyCheck: false, disableClientInfo: true };

const servers: RedisProcess[] = [];
let run: SyncRun | undefined;
let spoolDir: string;

beforeEach(() => {
  spoolDir = mkdtempSync(path.join(tmpdir(), 'lockstep-versions-'));
});

afterEach(async () => {
  run?.session.stop('now');
  await run?.outcome.catch(() => undefined);
  run = undefined;
  await Promise.all(servers.splice(0).map((server) => server.stop()));
  rmSync(spoolDir, { recursive: true, force: true });
});

async function startPair(from: string, to: string): Promise<[RedisProcess, RedisProcess]> {
  const pair = [await startVersion(versionNamed(from)), await startVersion(versionNamed(to))] as const;
  servers.push(...pair);
  return [...pair];
}

async function followed(
  source: RedisProcess,
  target: RedisProcess,
  write: () => Promise<void>,
): Promise<void> {
  run = startRun(source.url, target.url, { spoolDir, until: 'stopped', onFlush: 'apply' });
  await Promise.race([run.reached('in-step'), run.outcome]);
  await write();
  run.session.stop('drain');
  expect(await run.outcome).toMatchObject({ reason: 'stopped', fullCopies: 1 });
  await expectEqual(source, target);
}

describe.each(PAIRS)('from $title', ({ from, to, encodings, missing }) => {
  it.skipIf(missing)('every value and every kind of write arrives', async () => {
    const [source, target] = await startPair(from.name, to.name);
    const client = source.client(CLIENT);
    const shared = Math.min(from.version, to.version);
    await fill(client, [Math.floor(shared / 10_000), Math.floor(shared / 100) % 100], encodings);
    if (shared >= FIRST_WITH.streams) await writeLargeStream(client, 'stream:large');
    // Its abilities are the source's, so it writes nothing that an older target lacks only where the source is older.
    const writer =
      from.version <= to.version && !to.valkey
        ? startWriter(parseEndpoint(source.url), { ratePerSecond: 1000, databases: [0, 1], seed: 3 })
        : undefined;
    await followed(source, target, async () => {
      await client.select(0);
      await writeEveryKind(client, from.version, to.version);
      expect((await writer?.stop())?.errors ?? 0).toBe(0);
    });
  });
});

/** A key or command that the target is too old for, in the snapshot or in the stream. */
const REFUSED = [
  [
    '7.4.1',
    '7.0',
    'VALUE_UNSUPPORTED',
    /field:key/,
    [
      ['HSET', 'field:key', 'f', 'v'],
      ['HEXPIRE', 'field:key', '1000', 'FIELDS', '1', 'f'],
    ],
  ],
  [
    '7.4.1',
    'valkey-8.0.1',
    'VALUE_UNSUPPORTED',
    /field:key/,
    [
      ['HSET', 'field:key', 'f', 'v'],
      ['HEXPIRE', 'field:key', '1000', 'FIELDS', '1', 'f'],
    ],
  ],
  [
    '7.0',
    '6.2.16',
    'VALUE_UNSUPPORTED',
    /function/,
    [['FUNCTION', 'LOAD', "#!lua name=l\nredis.register_function('f', function() end)"]],
  ],
  ['7.0', '4.0.14', 'VALUE_UNSUPPORTED', /stream:key/, [['XADD', 'stream:key', '1-1', 'f', 'v']]],
] as const;

const REFUSED_LATER = [
  [
    '7.4.1',
    '7.0',
    'COMMAND_UNSUPPORTED',
    /HPEXPIREAT k\b/,
    [
      ['HSET', 'k', 'f', 'v'],
      ['HEXPIRE', 'k', '1000', 'FIELDS', '1', 'f'],
    ],
  ],
  [
    '7.0',
    '6.2.16',
    'COMMAND_UNSUPPORTED',
    /FUNCTION/,
    [['FUNCTION', 'LOAD', "#!lua name=l\nredis.register_function('f', function() end)"]],
  ],
  [
    '7.0',
    '5.0.14',
    'COMMAND_UNSUPPORTED',
    /COPY k\b/i,
    [
      ['SET', 'k', 'v'],
      ['COPY', 'k', 'l'],
    ],
  ],
  ['7.0', '5.0.14', 'COMMAND_UNSUPPORTED', /ZADD ... GT on key k\b/, [['ZADD', 'k', 'GT', '1', 'm']]],
  ['7.0', '4.0.14', 'COMMAND_UNSUPPORTED', /XADD k\b/i, [['XADD', 'k', '1-1', 'f', 'v']]],
] as const;

describe.each([
  ...REFUSED.map((row) => ({ when: 'in the snapshot', row })),
  ...REFUSED_LATER.map((row) => ({ when: 'in the stream', row })),
])('$row.3 $when, from $row.0 to $row.1', ({ when, row: [from, to, code, fact, commands] }) => {
  const versions = [versionNamed(from), versionNamed(to)];
  it.skipIf(!versions.every(isPresent))(`is refused by name${missingServers(...versions)}`, async () => {
    const [source, target] = await startPair(from, to);
    const client = source.client(CLIENT);
    const write = async (): Promise<void> => {
      for (const [name, ...args] of commands) await client.call(name, ...args);
    };
    await client.set('before', 'v');
    if (when === 'in the snapshot') await write();
    run = startRun(source.url, target.url, { spoolDir, until: 'stopped' });
    if (when === 'in the stream') {
      await run.reached('in-step');
      await write();
    }
    const error: unknown = await run.outcome.catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code, message: expect.stringMatching(fact) });
  });
});
