import { describe, expect, test } from 'vitest';
import { RdbDecoder } from '../../../../../electron/engine/protocol/rdb/decoder.ts';
import { UNIT_BOUND } from '../../../../../electron/engine/protocol/rdb/bounds.ts';
import { NO_EXPIRY } from '../../../../../electron/engine/protocol/rdb/events.ts';
import { RDB_TYPE } from '../../../../../electron/engine/protocol/rdb/types.ts';
import { decodeAllWays } from '../../../../support/rdb/all-ways.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { decodeInPortions, testArena, whole } from '../../../../support/rdb/portions.ts';
import { RdbRecorder } from '../../../../support/rdb/recorder.ts';

const broken = expect.objectContaining({ code: 'RDB_BROKEN' });
const unsupported = expect.objectContaining({ code: 'RDB_UNSUPPORTED' });
const aString = (key: string): Buffer => build.entry(RDB_TYPE.STRING, key, build.string('v'));

function decode(snapshot: Buffer): RdbRecorder {
  const recorder = new RdbRecorder();
  decodeInPortions(snapshot, recorder, whole(snapshot));
  return recorder;
}

test('every opcode, in all splits', () => {
  const content = build.join(
    ...[
      0xfa,
      build.string('redis-ver'),
      build.string('7.4.1'),
      0xfa,
      build.string('repl-offset'),
      build.integerString(-7, 16),
    ],
    ...[0xf5, build.string('#!lua name=lib'), 0xf5, build.lzfString('#!lua '.repeat(50))],
    ...[
      0xf7,
      build.length(MODULE_ID),
      build.length(2),
      build.length(1),
      build.length(5),
      build.string('aux'),
      0,
    ],
    ...[0xfe, build.length(0), 0xfb, build.length(3), build.length(2), aString('plain')],
    ...[0xfc, build.i64le(1_700_000_000_123n), aString('ms')],
    ...[0xfd, build.u32le(1_700_000_000), aString('s')],
    ...[0xfe, build.length(300), 0xf4, build.length(1), build.length(2), build.length(3)],
    ...[0xf9, 255, aString('freq'), 0xf8, build.length(100_000), aString('idle')],
    ...[
      0xfc,
      build.i64le(5n),
      0xf8,
      build.length(1),
      aString('both'),
      0xf9,
      1,
      0xfc,
      build.i64le(6n),
      aString('swapped'),
    ],
  );
  const recorded = decodeAllWays(build.snapshot(content));
  expect(Object.fromEntries(recorded.auxFields)).toEqual({ 'redis-ver': '7.4.1', 'repl-offset': '-7' });
  expect(recorded.libraries).toEqual(['#!lua name=lib', '#!lua '.repeat(50)]);
  expect(recorded.moduleAuxNames).toEqual(['ReJSON-RL']);
  expect(recorded.sizes).toEqual([{ db: 0, keys: 3, expires: 2 }]);
  expect(recorded.keys.map(({ db, key, expireAtMs }) => [db, key, expireAtMs])).toEqual([
    [0, 'plain', NO_EXPIRY],
    [0, 'ms', 1_700_000_000_123],
    [0, 's', 1_700_000_000_000],
    [300, 'freq', NO_EXPIRY],
    [300, 'idle', NO_EXPIRY],
    [300, 'both', 5],
    [300, 'swapped', 6],
  ]);
});

/** 'ReJSON-RL' in six-bit characters, version 3. */
const MODULE_ID = ((): bigint => {
  const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
  return (
    [...'ReJSON-RL'].reduce((id, character) => (id << 6n) | BigInt(alphabet.indexOf(character)), 0n) * 1024n +
    3n
  );
})();

test('a value of a module comes whole, even one that is larger than a window', () => {
  const small = build.join(
    build.length(MODULE_ID),
    1,
    build.length(2n ** 64n - 1n),
    3,
    'abcd',
    4,
    'abcdefgh',
    5,
    build.string('s'),
    0,
  );
  const parts = Array.from({ length: 20 }, (_, i) =>
    build.join(5, build.string(Buffer.alloc(30_000 * (i % 3), i)), 2, build.length(i)),
  );
  const large = build.join(build.length(MODULE_ID), ...parts, 0);
  const content = build.join(
    build.entry(RDB_TYPE.MODULE_2, 'small', small),
    build.entry(RDB_TYPE.MODULE_2, 'large', large),
    aString('z'),
  );
  const snapshot = build.snapshot(content);
  const recorded = decodeAllWays(snapshot, 3);
  expect(recorded.key('small').body).toBe(small.toString('latin1'));
  expect(recorded.key('large').body === large.toString('latin1')).toBe(true);
  expect(() =>
    decode(build.snapshot(build.entry(RDB_TYPE.MODULE_2, 'k', build.join(build.length(MODULE_ID), 6)))),
  ).toThrow(broken);
  expect(() => decode(build.snapshot(build.entry(RDB_TYPE.MODULE_PRE_GA, 'the-key', small)))).toThrow(
    /the-key/,
  );
});

test('of a value of a module, a string is taken as it comes', () => {
  const text = Buffer.alloc(UNIT_BOUND + 100, 'x');
  const body = build.join(build.length(MODULE_ID), 5, build.string(text), 0);
  const snapshot = build.snapshot(build.entry(RDB_TYPE.MODULE_2, 'k', body));
  const recorder = new RdbRecorder();
  const decoder = new RdbDecoder(recorder, testArena());
  const almost = snapshot.indexOf(text) + text.length - 20;
  expect(decoder.decode(snapshot, 0, almost)).toBe(almost);
  decoder.decode(snapshot, almost, snapshot.length);
  expect(recorder.key('k').body === body.toString('latin1')).toBe(true);
});

test('integer, compressed and empty key names, and values without a tail', () => {
  const content = build.join(
    ...[
      RDB_TYPE.STRING,
      build.integerString(-12, 8),
      build.string(''),
      RDB_TYPE.STRING,
      build.string(''),
      build.string('x'),
    ],
    ...[RDB_TYPE.STRING, build.lzfString('long '.repeat(20)), build.integerString(70_000, 32)],
    ...[RDB_TYPE.STRING, build.string('\xff\x00\r\n'), build.lzfString('abc'.repeat(30))],
  );
  const recorded = decodeAllWays(build.snapshot(content));
  expect(recorded.keys.map(({ key, value }) => [key, value?.text])).toEqual([
    ['-12', ''],
    ['', 'x'],
    ['long '.repeat(20), '70000'],
    ['\xff\x00\r\n', 'abc'.repeat(30)],
  ]);
});

test('collections without elements are skipped, as every server does', () => {
  const content = build.join(
    ...[1, 2, 3, 4, 5, 14, 18].map((type) => build.entry(type, `empty-${type}`, build.length(0))),
    build.entry(10, 'zl', build.string(build.ziplist([]))),
    build.entry(16, 'lp', build.string(build.listpack([]))),
    build.entry(11, 'is', build.string(build.intset(2, []))),
    build.entry(25, 'lpex', build.join(build.i64le(0n), build.string(build.listpack([])))),
    build.entry(0, 'an empty string is a value', build.string('')),
  );
  const snapshot = build.snapshot(content);
  const recorder = new RdbRecorder();
  const decoder = decodeInPortions(snapshot, recorder, whole(snapshot));
  expect(recorder.keys.map((key) => key.key)).toEqual(['an empty string is a value']);
  expect([decoder.keysDecoded, decoder.emptyKeysSkipped]).toEqual([1, 11]);
});

describe('the magic', () => {
  const snapshotOf = (magic: string): Buffer => build.snapshot(aString('k'), magic);
  test.each(['REDIS0005', 'REDIS0006', 'REDIS0009', 'REDIS0012', 'VALKEY080'])('%s is accepted', (magic) => {
    expect(decodeAllWays(snapshotOf(magic)).keys.length).toBe(1);
  });
  test.each(['REDIS0001', 'REDIS0004'])('%s has no checksum', (magic) => {
    const bare = build.join(magic, aString('k'), 0xff);
    expect(decodeAllWays(bare).keys.length).toBe(1);
  });
  test.each(['REDIS0013', 'REDIS9999', 'VALKEY081'])('%s is newer than known, and named', (magic) => {
    expect(() => decode(snapshotOf(magic))).toThrow(unsupported);
    expect(() => decode(snapshotOf(magic))).toThrow(String(Number(magic.slice(5).replace('Y', ''))));
  });
  test.each(['REDIS0000', 'REDIS00 1', 'redis0009', 'SIDER0009', '\0\0\0\0\0\0\0\0\0'])(
    '%s is broken',
    (magic) => {
      expect(() => decode(snapshotOf(magic))).toThrow(broken);
    },
  );
});

describe('the checksum', () => {
  const good = build.snapshot(aString('k'));
  test('of zero is not looked at', () => {
    const without = Buffer.concat([good.subarray(0, -8), Buffer.alloc(8)]);
    without[13] = 0x21;
    expect(decodeAllWays(without).ended).toBe(true);
  });
  test('tells a changed byte', () => {
    const changed = Buffer.from(good);
    changed[11]! ^= 1;
    expect(() => decode(changed)).toThrow(/checksum/);
    expect(() => decode(changed)).toThrow(broken);
  });
});

test('what follows the snapshot is left alone', () => {
  const snapshot = build.snapshot(aString('k'));
  const decoder = new RdbDecoder(new RdbRecorder(), testArena());
  const more = build.join(snapshot, '*1\r\n$4\r\nPING\r\n');
  expect(decoder.decode(more, 0, more.length)).toBe(snapshot.length);
  expect(decoder.decode(more, snapshot.length, more.length)).toBe(snapshot.length);
  expect(decoder.finished).toBe(true);
});

test.each([
  ['an unknown type', build.entry(8, 'k', build.string('v'))],
  ['an unknown type behind which a large key seems to stand', build.join(8, build.length(2 ** 30))],
  ['an unknown opcode', build.join(243, build.string('x'))],
  ['an expiry before something that is no key', build.join(0xfc, build.i64le(1n), 0xfe, 0)],
  ['expiries without end', Buffer.alloc(4000, build.join(0xf9, 1))],
  ['a database beyond any number', build.join(0xfe, build.length(2n ** 40n))],
])('%s is broken', (_name, content) => {
  expect(() => decode(build.snapshot(content))).toThrow(broken);
});

test('functions of a release candidate are not supported', () => {
  expect(() => decode(build.snapshot(build.join(0xf6, build.string('x'))))).toThrow(unsupported);
});
