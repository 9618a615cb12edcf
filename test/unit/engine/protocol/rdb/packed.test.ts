import { expect, test } from 'vitest';
import { NO_EXPIRY } from '../../../../../electron/engine/protocol/rdb/events.ts';
import { expandValue } from '../../../../../electron/engine/protocol/rdb/expand.ts';
import { RDB_TYPE, type RdbType } from '../../../../../electron/engine/protocol/rdb/types.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { decodeAllWays } from '../../../../support/rdb/all-ways.ts';
import { ValueRecorder, type RecordedValue } from '../../../../support/rdb/value-recorder.ts';

function expand(type: RdbType, body: Buffer): RecordedValue {
  const recorder = new ValueRecorder();
  expandValue(
    type,
    'the test',
    Buffer.concat([Buffer.from('ab'), body, Buffer.from('cd')]),
    2,
    2 + body.length,
    recorder,
  );
  return recorder.value();
}

/** Expands the block as a raw and, if that is shorter, a compressed string, and in a snapshot in all splits. */
function expandBlock(type: RdbType, block: Buffer, before: Buffer = Buffer.alloc(0)): RecordedValue {
  const raw = build.join(before, build.string(block));
  const shorter = build.lzfString(block).length < build.string(block).length;
  const compressed = build.join(before, shorter ? build.lzfString(block) : build.string(block));
  const value = expand(type, raw);
  expect(expand(type, compressed)).toEqual(value);
  const content = build.join(build.entry(type, 'raw', raw), build.entry(type, 'compressed', compressed));
  const recorded = decodeAllWays(build.snapshot(content), 3);
  expect(recorded.keys.map((key) => key.value)).toEqual([value, value]);
  return value;
}

const LONG = 'x'.repeat(300);
const LONGER = 'y'.repeat(20_000);

test('a ziplist with every encoding of an entry', () => {
  const block = build.ziplist([
    build.ziplistString(''),
    build.ziplistString('a'.repeat(63)),
    build.ziplistString(LONG),
    build.ziplistString(LONGER),
    build.ziplistInteger(0n, 4),
    build.ziplistInteger(12n, 4),
    build.ziplistInteger(-128n, 8),
    build.ziplistInteger(-32768n, 16),
    build.ziplistInteger(-8388608n, 24),
    build.ziplistInteger(8388607n, 24),
    build.ziplistInteger(-2147483648n, 32),
    build.ziplistInteger(-(2n ** 63n), 64),
    build.ziplistInteger(2n ** 63n - 1n, 64),
    build.ziplistInteger(-4294967297n, 64),
  ]);
  expect(expandBlock(RDB_TYPE.LIST_ZIPLIST, block).elements).toEqual([
    ...['', 'a'.repeat(63), LONG, LONGER, '0', '12', '-128', '-32768', '-8388608', '8388607', '-2147483648'],
    ...['-9223372036854775808', '9223372036854775807', '-4294967297'],
  ]);
});

test('a listpack with every encoding of an entry', () => {
  const block = build.listpack([
    build.listpackString(''),
    build.listpackString('a'.repeat(63)),
    build.listpackString(LONG),
    build.listpackString(LONGER),
    build.listpackString('short', 12),
    build.listpackString('short', 32),
    build.listpackInteger(0n, 7),
    build.listpackInteger(127n, 7),
    build.listpackInteger(-4096n, 13),
    build.listpackInteger(4095n, 13),
    build.listpackInteger(-32768n, 16),
    build.listpackInteger(-8388608n, 24),
    build.listpackInteger(8388607n, 24),
    build.listpackInteger(-2147483648n, 32),
    build.listpackInteger(-1n, 64),
    build.listpackInteger(-(2n ** 63n), 64),
    build.listpackInteger(2n ** 63n - 1n, 64),
  ]);
  expect(expandBlock(RDB_TYPE.SET_LISTPACK, block).elements).toEqual([
    ...[
      '',
      'a'.repeat(63),
      LONG,
      LONGER,
      'short',
      'short',
      '0',
      '127',
      '-4096',
      '4095',
      '-32768',
      '-8388608',
    ],
    ...['8388607', '-2147483648', '-1', '-9223372036854775808', '9223372036854775807'],
  ]);
});

test.each([123, 124, 16376, 16377, 16378, 16379, 2097100])(
  'a listpack entry of %d bytes, near a step of its back length',
  (bytes) => {
    for (let size = bytes; size < bytes + 60; size += 7) {
      const block = build.listpack([build.listpackString('z'.repeat(size)), build.listpackString('next')]);
      expect(expand(RDB_TYPE.SET_LISTPACK, build.string(block)).elements.map((e) => e.length)).toEqual([
        size,
        4,
      ]);
    }
  },
);

test.each([
  [2 as const, [-32768n, -1n, 0n, 32767n], ['-32768', '-1', '0', '32767']],
  [4 as const, [-2147483648n, 65536n], ['-2147483648', '65536']],
  [8 as const, [-(2n ** 63n), -4294967296n, 2n ** 53n, 2n ** 63n - 1n], undefined],
])('an intset of width %d', (width, values, texts) => {
  const value = expandBlock(RDB_TYPE.SET_INTSET, build.intset(width, values));
  expect(value.elements).toEqual(texts ?? values.map(String));
});

test('a zipmap, with unused bytes and a long value', () => {
  const pairs = [
    ['name', 'value'],
    ['', 'empty name'],
    ['long', 'v'.repeat(400)],
    ['empty value', ''],
  ] as const;
  for (const unused of [0, 3]) {
    const value = expandBlock(RDB_TYPE.HASH_ZIPMAP, build.zipmap(pairs, unused));
    expect(value.fields).toEqual(pairs.map(([name, text]) => [name, text, NO_EXPIRY]));
  }
});

test('hashes and sorted sets as ziplists and listpacks', () => {
  const zip = build.ziplist([
    build.ziplistString('a'),
    build.ziplistInteger(1n, 8),
    build.ziplistString('b'),
    build.ziplistString('2.50'),
  ]);
  const pack = build.listpack([
    build.listpackString('a'),
    build.listpackInteger(1n, 7),
    build.listpackString('b'),
    build.listpackString('2.50'),
  ]);
  const fields = [
    ['a', '1', NO_EXPIRY],
    ['b', '2.50', NO_EXPIRY],
  ];
  expect(expandBlock(RDB_TYPE.HASH_ZIPLIST, zip).fields).toEqual(fields);
  expect(expandBlock(RDB_TYPE.HASH_LISTPACK, pack).fields).toEqual(fields);
  const scored = [
    ['a', '1'],
    ['b', '2.5'],
  ];
  expect(expandBlock(RDB_TYPE.ZSET_ZIPLIST, zip).scored).toEqual(scored);
  expect(expandBlock(RDB_TYPE.ZSET_LISTPACK, pack).scored).toEqual(scored);
});

test('packed scores: infinities, exponents, and the shortest text of a double', () => {
  const scores = [
    'inf',
    '-inf',
    '-0',
    '1e+20',
    '3.1400000000000001',
    '17179869184',
    '5e-324',
    '-1.7976931348623157e+308',
  ];
  const block = build.listpack(
    scores.flatMap((score) => [build.listpackString('m'), build.listpackString(score)]),
  );
  expect(expandBlock(RDB_TYPE.ZSET_LISTPACK, block).scored.map(([, score]) => score)).toEqual([
    ...[
      'inf',
      '-inf',
      '-0',
      '100000000000000000000',
      '3.14',
      '17179869184',
      '5e-324',
      '-1.7976931348623157e+308',
    ],
  ]);
  const bad = build.listpack([build.listpackString('m'), build.listpackString('nan')]);
  expect(() => expand(RDB_TYPE.ZSET_LISTPACK, build.string(bad))).toThrow(
    expect.objectContaining({ code: 'RDB_BROKEN' }),
  );
});

test('a hash listpack with expiries of fields, with and without the minimum in front', () => {
  const block = build.listpack([
    ...[build.listpackString('f'), build.listpackString('v'), build.listpackInteger(1_900_000_000_000n, 64)],
    ...[build.listpackString('g'), build.listpackInteger(5n, 7), build.listpackInteger(0n, 7)],
  ]);
  const fields = [
    ['f', 'v', 1_900_000_000_000],
    ['g', '5', NO_EXPIRY],
  ];
  expect(expandBlock(RDB_TYPE.HASH_LISTPACK_EX, block, build.i64le(1_900_000_000_000n)).fields).toEqual(
    fields,
  );
  expect(expandBlock(RDB_TYPE.HASH_LISTPACK_EX_PRE_GA, block).fields).toEqual(fields);
});

test('more items than the count can say', () => {
  const entries = Array.from({ length: 70_000 }, (_, i) => build.listpackInteger(BigInt(i), 32));
  const value = expand(RDB_TYPE.SET_LISTPACK, build.string(build.listpack(entries, 65535)));
  expect(value.elements.length).toBe(70_000);
  expect(value.elements.at(-1)).toBe('69999');
});

test.each([
  ['a ziplist count', RDB_TYPE.LIST_ZIPLIST, build.ziplist([build.ziplistString('a')], 2)],
  ['a listpack count', RDB_TYPE.SET_LISTPACK, build.listpack([build.listpackString('a')], 2)],
  ['a pair', RDB_TYPE.HASH_LISTPACK, build.listpack([build.listpackString('a')])],
  ['a ziplist size', RDB_TYPE.LIST_ZIPLIST, build.join(build.ziplist([]), 0xff)],
  ['an intset width', RDB_TYPE.SET_INTSET, build.join(build.u32le(3), build.u32le(0))],
  ['an intset count', RDB_TYPE.SET_INTSET, build.join(build.u32le(2), build.u32le(0x80000001), 'ab')],
  ['an empty block', RDB_TYPE.SET_LISTPACK, Buffer.alloc(0)],
])('%s that does not fit is broken', (_name, type, block) => {
  expect(() => expand(type, build.string(block))).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
});
