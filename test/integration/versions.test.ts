/**
 * Synchronisation between server versions. Apart from the server on PATH it needs other builds in the folder that
 * LOCKSTEP_TEST_SERVERS names; what is not there is skipped, and said so in the name of the test.
 */
import type { Redis } from 'ioredis';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startWriter } from '../../electron/headless/demo-data/writer/start-writer.ts';
import { LockstepError } from '../../shared/errors/lockstep-error.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { boundOf } from '../../shared/model/lateness.ts';
import { fill, type Encodings } from '../support/rdb/fill.ts';
import type { ClientOptions, RedisProcess } from '../support/redis-server.ts';
import { expectEqual } from '../support/sync-outcome.ts';
import { poll, startRun, type SyncRun } from '../support/sync-run.ts';
import { writeEveryKind, writeLargeStream } from '../support/versions/commands.ts';
import {
  ON_PATH,
  VERSIONS,
  isPresent,
  missingServers,
  startVersion,
  versionNamed,
  type TestedVersion,
} from '../support/versions/servers.ts';

interface Pair {
  readonly from: TestedVersion;
  readonly to: TestedVersion;
  readonly encodings: Encodings;
}

const bothToday = (from: TestedVersion, to: TestedVersion): boolean => from.today && to.today;

/**
 * Each version with itself, with its neighbours and with the oldest one, and all of today's with each other, both ways; the latter
 * and the one on PATH in all encodings.
 */
const PAIRS: readonly Pair[] = VERSIONS.flatMap((from, i) =>
  VERSIONS.flatMap((to, j): Pair[] => {
    const encodings = ['compact', 'spread'] as const;
    if (bothToday(from, to)) return encodings.map((each) => ({ from, to, encodings: each }));
    if (Math.abs(i - j) > 1 && i > 0 && j > 0) return [];
    return [{ from, to, encodings: encodings[(i + j) % 2]! }];
  }),
);
type Words = readonly string[];

/** The first version with streams. */
const STREAMS_VERSION = 50000;
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

async function startPair(...versions: TestedVersion[]): Promise<[RedisProcess, RedisProcess]> {
  for (const version of versions) servers.push(await startVersion(version));
  return [servers[0]!, servers[1]!];
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

describe.each(PAIRS.map((pair) => [pair.from.name, pair.to.name, pair] as const))(
  'from %s to %s',
  (_, __, pair) => {
    const { from, to, encodings } = pair;
    const present = isPresent(from) && isPresent(to);
    it.skipIf(!present)(`${encodings}: all values and writes arrive${missingServers(from, to)}`, async () => {
      const [source, target] = await startPair(from, to);
      const client = source.client(CLIENT);
      const shared = Math.min(from.version, to.version);
      const fieldExpiry = from.fieldExpiry && to.fieldExpiry;
      const line = [Math.floor(shared / 10_000), Math.floor(shared / 100) % 100] as const;
      await fill(client, line, encodings, fieldExpiry);
      if (shared >= STREAMS_VERSION) await writeLargeStream(client, 'stream:large');
      // It writes whatever the source can. Left out for a fault of 2.8, which persists a key that has expired already.
      const writer =
        bothToday(from, to) || (from.version > 30000 && from.version <= to.version)
          ? startWriter(parseEndpoint(source.url), {
              ratePerSecond: 1000,
              databases: [0, 1],
              seed: 3,
              without: fieldExpiry ? [] : ['fieldTtl'],
            })
          : undefined;
      await followed(source, target, async () => {
        await client.select(0);
        await writeEveryKind(client, from, to);
        expect((await writer?.stop())?.errors ?? 0).toBe(0);
      });
    });
  },
);

/** A name that would be cut if it were only shown. */
const FIELD_KEY = `field:key:${'long:'.repeat(60)}end`;
const FIELD: Words[] = [
  ['HSET', FIELD_KEY, 'f', 'v'],
  ['HEXPIRE', FIELD_KEY, '1000', 'FIELDS', '1', 'f'],
];
const LIBRARY: Words[] = [['FUNCTION', 'LOAD', "#!lua name=l\nredis.register_function('f', function() end)"]];

/** What a target is too old for, and how that is told when it stands in the snapshot, and when it comes in the stream. */
const REFUSED: readonly (readonly [
  from: string,
  to: string,
  commands: readonly Words[],
  inSnapshot: RegExp | undefined,
  inStream: RegExp,
])[] = [
  ...['7.4', '8.0', 'valkey-9.1'].flatMap((from) =>
    [ON_PATH, 'valkey-8.1'].map(
      (to) =>
        [
          from,
          to,
          FIELD,
          new RegExp(`VALUE_UNSUPPORTED.*${FIELD_KEY}`),
          /COMMAND_UNSUPPORTED.*HPEXPIREAT field:key/,
        ] as const,
    ),
  ),
  ['7.0', '6.2', LIBRARY, /VALUE_UNSUPPORTED.*function/, /COMMAND_UNSUPPORTED.*FUNCTION/],
  [
    '7.0',
    '4.0',
    [['XADD', 'stream:key', '1-1', 'f', 'v']],
    /VALUE_UNSUPPORTED.*stream:key/,
    /COMMAND_UNSUPPORTED.*XADD stream:key/,
  ],
  [
    '7.0',
    '5.0',
    [
      ['SET', 'k', 'v'],
      ['COPY', 'k', 'l'],
    ],
    undefined,
    /COMMAND_UNSUPPORTED.*COPY k/,
  ],
  ['7.0', '5.0', [['ZADD', 'k', 'GT', '1', 'm']], undefined, /COMMAND_UNSUPPORTED.*ZADD ... GT on key k/],
];

const REFUSALS = REFUSED.flatMap(([from, to, commands, inSnapshot, inStream]) => [
  ...(inSnapshot ? [{ when: 'in the snapshot', from, to, commands, told: inSnapshot }] : []),
  { when: 'in the stream', from, to, commands, told: inStream },
]);

describe.each(REFUSALS.map((one) => [one.from, one.to, one.when, one] as const))(
  'from %s to %s, %s',
  (from, to, when, { commands, told }) => {
    const versions = [versionNamed(from), versionNamed(to)];
    const what = commands.at(-1)!.slice(0, 2).join(' ').slice(0, 30);
    it.skipIf(!versions.every(isPresent))(
      `${what} is refused by name${missingServers(...versions)}`,
      async () => {
        const [source, target] = await startPair(...versions);
        const client = source.client(CLIENT);
        const write = async (): Promise<void> => {
          for (const [command, ...args] of commands) await client.call(command!, ...args);
        };
        await client.set('before', 'v');
        if (when === 'in the snapshot') await write();
        run = startRun(source.url, target.url, { spoolDir, until: 'stopped' });
        if (when === 'in the stream') {
          await run.reached('in-step');
          await write();
        }
        const error = await run.outcome.catch((reason: unknown) => reason as LockstepError);
        expect(error).toBeInstanceOf(LockstepError);
        expect(`${(error as LockstepError).code}: ${(error as LockstepError).message}`).toMatch(told);
      },
    );
  },
);

describe('scripts, which a source before 5.0 sends as they are', () => {
  const versions = [versionNamed('4.0'), versionNamed('7.0')];
  it.skipIf(!versions.every(isPresent))(
    `keep a counter alive that they extend in time, though the target is late${missingServers(...versions)}`,
    async () => {
      const [source, target] = await startPair(...versions);
      const [a, b] = [source.client(CLIENT), target.client(CLIENT)];
      const limiter = `redis.call('PEXPIRE', KEYS[1], ARGV[1]) return redis.call('INCR', KEYS[1])`;
      await a.set('counter', '0');
      run = startRun(source.url, target.url, { spoolDir, until: 'stopped' });
      await run.reached('in-step');
      const count = async (times: number): Promise<void> => {
        for (let i = 0; i < times; i++) {
          await a.eval(limiter, 1, 'counter', 2500);
          await pause(250);
        }
      };
      // What was applied in time must not run out while the target waits.
      await count(2);
      await poll('the first counts', async () => (await b.get('counter')) === '2');
      expect(await b.pttl('counter')).toBeGreaterThan(2500);
      await b.call('CLIENT', 'PAUSE', 60_000, 'WRITE');
      await count(14);
      await b.call('CLIENT', 'UNPAUSE');
      await a.pexpire('counter', 60_000);
      await poll('the last count', async () => (await b.get('counter')) === '16');
      run.session.stop('drain');
      await run.outcome;
      await expectEqual(source, target);
    },
  );
});

describe.each([
  ['7.4', '7.4'],
  ['8.0', 'valkey-9.1'],
  ['valkey-9.1', '8.0'],
  ['valkey-9.1', 'valkey-9.1'],
])('expiry of hash fields, from %s to %s,', (from, to) => {
  const versions = [versionNamed(from), versionNamed(to)] as const;
  const never = 2_147_483_647_000;
  it.skipIf(!versions.every(isPresent))(
    `is held while a task runs, exact when it has ended, and stays so over a second run${missingServers(...versions)}`,
    async () => {
      const [source, target] = await startPair(...versions);
      const [a, b] = [source.client(CLIENT), target.client(CLIENT)];
      const fields = async (client: Redis, key: string): Promise<number[]> =>
        (await client.call('HPTTL', key, 'FIELDS', '2', 'f', 'g')) as number[];
      const write = async (key: string): Promise<void> => {
        await a.hset(key, 'f', '1', 'g', '2', 'gone', '3');
        await a.call('HPEXPIRE', key, '1000000', 'FIELDS', '1', 'f');
        await a.call('HPEXPIRE', key, String(never), 'FIELDS', '1', 'g');
        await a.call('HPEXPIRE', key, '100', 'FIELDS', '1', 'gone');
      };
      // Once with nothing of the kind in the snapshot, once with.
      for (const key of ['in the stream', 'later']) {
        run = startRun(source.url, target.url, { spoolDir, until: 'stopped' });
        await run.reached('in-step');
        await write(key);
        await poll('the fields on the target', async () => (await b.hlen(key)) === 2);
        const [near, far] = (await b.call('HPEXPIRETIME', key, 'FIELDS', '2', 'f', 'g')) as number[];
        expect([boundOf(near!), boundOf(far!)]).not.toEqual(['exact', 'exact']);
        run.session.stop('drain');
        await run.outcome;
        await expectEqual(source, target);
      }
      const [f, g] = await fields(b, 'in the stream');
      expect(Math.abs(f! - (await fields(a, 'in the stream'))[0]!)).toBeLessThan(2000);
      expect(Math.abs(g! - (await fields(a, 'in the stream'))[1]!)).toBeLessThan(2000);
    },
  );
});
