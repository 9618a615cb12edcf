import { readFileSync } from 'node:fs';
import path from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterEach, describe, expect, test } from 'vitest';
import { RDB_TYPE } from '../../electron/engine/protocol/rdb/types.ts';
import { byDay } from '../support/nightly.ts';
import { compareWithServer } from '../support/rdb/compare.ts';
import { fill, type Encodings } from '../support/rdb/fill.ts';
import { decodeInPortions, randomSizes, whole } from '../support/rdb/portions.ts';
import { RdbRecorder } from '../support/rdb/recorder.ts';
import { type RedisProcess, serverBinary, startRedis } from '../support/redis-server.ts';

/** Types that a server must have written when it was filled, or the test has missed an encoding. */
const TYPES: Readonly<Record<string, Readonly<Record<Encodings, readonly number[]>>>> = {
  '2.8': { compact: [0, 2, 10, 11, 12, 13], spread: [0, 1, 2, 3, 4, 10, 12, 13] },
  '3.2': { compact: [0, 2, 11, 12, 13, 14], spread: [0, 2, 3, 4, 12, 13, 14] },
  '4.0': { compact: [0, 2, 11, 12, 13, 14], spread: [0, 2, 4, 5, 12, 13, 14] },
  '5.0': { compact: [0, 2, 11, 12, 13, 14, 15], spread: [0, 2, 4, 5, 12, 13, 14, 15] },
  '6.2': { compact: [0, 2, 11, 12, 13, 14, 15], spread: [0, 2, 4, 5, 12, 13, 14, 15] },
  '7.0': { compact: [0, 2, 11, 16, 17, 18, 19], spread: [0, 2, 4, 5, 16, 17, 18, 19] },
  '7.2': { compact: [0, 11, 16, 17, 18, 20, 21], spread: [0, 2, 4, 5, 16, 17, 18, 20, 21] },
  '7.4': { compact: [0, 11, 16, 17, 18, 20, 21, 25], spread: [0, 2, 4, 5, 16, 17, 18, 20, 21, 24] },
  '8.0': { compact: [0, 11, 16, 17, 18, 20, 21, 25], spread: [0, 2, 4, 5, 16, 17, 18, 20, 21, 24] },
  'valkey-9.1': {
    compact: [0, 11, 16, 17, 18, 20, 21, RDB_TYPE.VALKEY_HASH_2],
    spread: [0, 2, 4, 5, 16, 17, 18, 20, 21, RDB_TYPE.VALKEY_HASH_2],
  },
  'valkey-8.1': { compact: [0, 11, 16, 17, 18, 20, 21], spread: [0, 2, 4, 5, 16, 17, 18, 20, 21] },
};

let server: RedisProcess | undefined;

afterEach(async () => {
  await server?.stop();
  server = undefined;
});

async function decodeEverything(
  binary: string,
  encodings: Encodings,
  compression: boolean,
): Promise<RdbRecorder> {
  server = await startRedis({ binary, args: ['--rdbcompression', compression ? 'yes' : 'no'] });
  const client = server.client({ enableReadyCheck: false });
  const info = await client.info('server');
  const [, major, minor] = /redis_version:(\d+)\.(\d+)/.exec(info) ?? [];
  const fieldExpiry = (await client.command('INFO', 'hpexpire'))[0] !== null;
  await fill(client, [Number(major), Number(minor)], encodings, fieldExpiry);
  await client.save();
  const snapshot = readFileSync(path.join(server.dir, 'dump.rdb'));

  const recorded = new RdbRecorder();
  const decoder = decodeInPortions(snapshot, recorded, whole(snapshot));
  expect(decoder.finished).toBe(true);
  expect(decoder.bytesConsumed).toBe(snapshot.length);
  expect(await compareWithServer(client, recorded)).toBeGreaterThan(200);
  for (let seed = 0; seed < 6; seed++) {
    const split = new RdbRecorder();
    expect(decodeInPortions(snapshot, split, randomSizes(seed, 500_000)).finished).toBe(true);
    // Which tells what differs, and takes ten times as long to find nothing.
    if (!isDeepStrictEqual(split, recorded)) expect(split).toEqual(recorded);
  }
  return recorded;
}

const typesOf = (recorded: RdbRecorder): number[] =>
  [...new Set(recorded.keys.map((key) => key.type as number))].sort((a, b) => a - b);

const WAYS = ([true, false] as const).flatMap((compression) => [
  { encodings: 'compact' as const, compression },
  { encodings: 'spread' as const, compression: !compression },
]);

test.each(byDay(2, WAYS))(
  'every value of the server on the path, its functions and auxiliary fields ($encodings, compression: $compression)',
  async (way) => {
    const recorded = await decodeEverything('redis-server', way.encodings, way.compression);
    expect(recorded.keys.some((key) => key.body === undefined)).toBe(true);
    if (recorded.auxFields.get('redis-ver')?.startsWith('7.0.')) {
      expect(typesOf(recorded)).toEqual(TYPES['7.0']?.[way.encodings]);
    }
    expect(recorded.libraries.length).toBe(1);
    expect(recorded.libraries[0]).toContain('#!lua name=lib');
    expect(recorded.auxFields.get('redis-bits')).toBe('64');
    expect(recorded.auxFields.get('redis-ver')).toMatch(/^\d+\.\d+\.\d+$/);
  },
);

describe.each(Object.entries(TYPES).filter(([version]) => version !== '7.0'))(
  'every value of Redis %s',
  (version, types) => {
    const binary = serverBinary(version);
    test.skipIf(!binary).each(WAYS)('($encodings, compression: $compression)', async (way) => {
      const recorded = await decodeEverything(binary!, way.encodings, way.compression);
      expect(typesOf(recorded)).toEqual(types[way.encodings]);
    });
  },
);
