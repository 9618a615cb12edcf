import { readFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import { parseEndpoint } from '../../shared/model/endpoint.ts';
import { framed, startFakeSource, type FakeSource } from '../support/fake-source.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';
import { runCli, type CliResult } from '../support/run-cli.ts';
import { expectEmpty, expectEqual, expectFailure } from '../support/sync-outcome.ts';
import { startRun } from '../support/sync-run.ts';

/** A source that goes through a real handshake and then sends a real snapshot that has suffered on the way. */
let origin: RedisProcess;
let target: RedisProcess;
let fake: FakeSource;
let rdb: Buffer;
/** So short that it stands in the snapshot as it is. */
const NAME = 'plain name';

beforeAll(async () => {
  [origin, target] = await Promise.all([startRedis(), startRedis()]);
  await loadMixedSet(parseEndpoint(origin.url), { keys: 500, withTtlShare: 0, seed: 3 });
  const client = origin.client();
  await client.pexpire((await client.randomkey())!, 3_600_000);
  await client.set(NAME, 'x');
  await client.save();
  rdb = readFileSync(path.join(origin.dir, 'dump.rdb'));
});

beforeEach(async () => {
  await fake?.stop();
  await target.client().flushall();
  // Libraries are content as keys are, and no flush of keys removes them.
  await target.client().call('FUNCTION', 'FLUSH');
  fake = await startFakeSource(framed(rdb));
});

afterAll(async () => {
  await fake?.stop();
  await Promise.all([origin?.stop(), target?.stop()]);
});

const copy = (...more: string[]): Promise<CliResult> =>
  runCli(['sync', '--source', fake.url, '--target', target.url, '--full-only', ...more]);

function changed(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(rdb);
  change(bytes);
  return framed(bytes);
}

interface Damage {
  readonly name: string;
  readonly payload: () => Buffer;
  readonly code: ErrorCode;
  readonly exit: number;
  readonly fact: RegExp;
}

const damages: readonly Damage[] = [
  {
    name: 'a wrong checksum',
    payload: () => changed((bytes) => (bytes[bytes.length - 1]! ^= 1)),
    code: 'RDB_BROKEN',
    exit: 6,
    fact: /checksum/,
  },
  {
    // From the length of a key's name on: within a value they could be a value of its own.
    name: 'wrong bytes in the middle',
    payload: () => changed((bytes) => bytes.fill(0xff, bytes.indexOf(NAME) - 1, bytes.indexOf(NAME) + 63)),
    code: 'RDB_BROKEN',
    exit: 6,
    fact: /byte \d+/,
  },
  {
    name: 'something that is no snapshot',
    payload: () => framed(Buffer.from('this is no snapshot at all')),
    code: 'RDB_BROKEN',
    exit: 6,
    fact: /does not begin with REDIS/,
  },
  {
    name: 'a version of the far future',
    payload: () => changed((bytes) => bytes.write('0099', 5)),
    code: 'RDB_UNSUPPORTED',
    exit: 6,
    fact: /version 99/,
  },
  {
    name: 'an end that is missing',
    payload: () => framed(rdb.subarray(0, rdb.length - 2000)),
    code: 'RDB_BROKEN',
    exit: 6,
    fact: /breaks off/,
  },
  {
    name: 'a missing end with the stream behind it',
    payload: () =>
      Buffer.concat([
        framed(rdb.subarray(0, rdb.length - 5)),
        Buffer.from('*1\r\n$4\r\nPING\r\n'.repeat(20)),
      ]),
    code: 'RDB_BROKEN',
    exit: 6,
    fact: /breaks off/,
  },
  {
    name: 'bytes behind its end',
    payload: () => framed(Buffer.concat([rdb, Buffer.alloc(100)])),
    code: 'RDB_BROKEN',
    exit: 6,
    fact: /the source sent/,
  },
  {
    name: 'a length of 8 EB',
    payload: () => Buffer.concat([Buffer.from('$9223372036854775807\r\n'), rdb]),
    code: 'SOURCE_PROTOCOL',
    exit: 3,
    fact: /\$9223372036854775807/,
  },
  {
    name: 'something else than a snapshot',
    payload: () => Buffer.from('hello\r\n'),
    code: 'SOURCE_PROTOCOL',
    exit: 3,
    fact: /"hello"/,
  },
];

describe('a damaged snapshot', () => {
  it.each(damages)('with $name ends the copy, and a good one mends it', async ({ payload, ...expected }) => {
    fake.payload = payload();
    expectFailure(await copy(), expected);
    fake.payload = framed(rdb);
    // The same task, as the command line names it.
    const again = startRun(fake.url, target.url, { task: new URL(fake.url).host, fullOnly: true });
    expect(await again.outcome).toMatchObject({ reason: 'full-copy', keysCopied: 501 });
    await expectEqual(origin, target);
  });

  it('that breaks off with its connection every time is tried again as long as asked', async () => {
    fake.payload = framed(rdb).subarray(0, rdb.length - 100);
    fake.hangUp = true;
    const result = await copy('--retry-for', '2s');
    expectFailure(result, { code: 'RETRY_EXHAUSTED', exit: 5, fact: /the source closed the connection/ });
    expect(fake.asked).toBeGreaterThan(2);
    expect(result.durationMs).toBeGreaterThan(2000);
  });
});

it('an answer to PSYNC that is none of the protocol ends the task', async () => {
  fake.answer = '+WHATEVER';
  expectFailure(await copy(), { code: 'SOURCE_PROTOCOL', exit: 3, fact: /\+WHATEVER/ });
});

it('an offset that no source can have reached ends the task before anything is copied', async () => {
  fake.answer = `+FULLRESYNC ${'a'.repeat(40)} 9223372036854775000`;
  expectFailure(await copy(), { code: 'SOURCE_PROTOCOL', exit: 3, fact: /9223372036854775000/ });
  await expectEmpty(target);
});

it('an argument of 8 EB in the stream ends the task at once, and nothing of its command is written', async () => {
  const endless = '*3\r\n$3\r\nSET\r\n$4\r\nlost\r\n$9223372036854775807\r\nx';
  fake.payload = Buffer.concat([framed(rdb), Buffer.from(endless)]);
  const result = await runCli(['sync', '--source', fake.url, '--target', target.url, '--until', 'stopped']);
  expectFailure(result, { code: 'SOURCE_PROTOCOL', exit: 3, fact: /9223372036854775807|where a command/ });
  expect(await target.client().exists('lost')).toBe(0);
});
