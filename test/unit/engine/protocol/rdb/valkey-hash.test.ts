import { describe, expect, test } from 'vitest';
import { ELEMENT_BOUND, UNIT_BOUND } from '../../../../../electron/engine/protocol/rdb/bounds.ts';
import { NO_EXPIRY } from '../../../../../electron/engine/protocol/rdb/events.ts';
import { RDB_TYPE } from '../../../../../electron/engine/protocol/rdb/types.ts';
import { decodeAllWays } from '../../../../support/rdb/all-ways.ts';
import * as build from '../../../../support/rdb/builder.ts';
import { decodeInPortions, randomSizes, whole } from '../../../../support/rdb/portions.ts';
import { RdbRecorder } from '../../../../support/rdb/recorder.ts';

/** The number in a snapshot: in Redis it is that of a release candidate of 7.4. */
const HASH_2 = 22;
const HASH_2_AT = 1_999_999_999_999;

function decode(snapshot: Buffer): RdbRecorder {
  const recorder = new RdbRecorder();
  decodeInPortions(snapshot, recorder, whole(snapshot));
  return recorder;
}

test('a snapshot as Valkey 9.1.2 wrote it', () => {
  const snapshot = Buffer.from(
    `56414c4b4559303830fa0a76616c6b65792d76657205392e312e32fa0a72656469732d62697473c040fa056374696d65
     c22ed40b6bfa08757365642d6d656dc228ff1000fa08616f662d62617365c000f5404323216c7561206e616d653d6c0a
     7365727665722e72656769737465725f66756e6374696f6e282766272c2066756e6374696f6e28292072657475726e20
     3120656e6429fe00fb04001605683a74746c030161c001ffffffffffffffff01620374776fff1f4aa9d10100000163c0
     03ffffffffffffffff1006683a6e6f6e650c0c00000002008178020101ff1605683a616c6c010161c0017bb12a2ca2
     0100000001730176ff9c66186c582e0489`.replace(/\s/g, ''),
    'hex',
  );
  const recorded = decodeAllWays(snapshot);
  expect(Object.fromEntries(recorded.keys.map(({ key, value }) => [key, value?.fields ?? []]))).toEqual({
    'h:ttl': [
      ['a', '1', NO_EXPIRY],
      ['b', 'two', HASH_2_AT],
      ['c', '3', NO_EXPIRY],
    ],
    'h:none': [['x', '1', NO_EXPIRY]],
    'h:all': [['a', '1', 1_796_037_325_179]],
    s: [],
  });
  expect(recorded.key('h:ttl').type).toBe(RDB_TYPE.VALKEY_HASH_2);
  expect(recorded.auxFields.get('valkey-ver')).toBe('9.1.2');
  expect(recorded.libraries).toHaveLength(1);
});

describe('fields that expire', () => {
  const BIG = 'b'.repeat(ELEMENT_BOUND + 5);
  const SIZES = ['', 'short', 'x'.repeat(ELEMENT_BOUND - 3), BIG, 'c'.repeat(UNIT_BOUND + 9)];
  const encode = (text: string, i: number): Buffer =>
    i % 2 === 0 ? build.string(text) : text.length > 20 ? build.lzfString(text) : build.string(text);
  const pairs = SIZES.flatMap((name, i) =>
    SIZES.map((value, j) => ({
      name: `${i}${j}${name}`,
      value,
      at: (i + j) % 2 === 0 ? HASH_2_AT + i : NO_EXPIRY,
      bytes: build.join(
        encode(`${i}${j}${name}`, i + j),
        encode(value, j),
        build.i64le((i + j) % 2 === 0 ? BigInt(HASH_2_AT + i) : -1n),
      ),
    })),
  );

  test('with names and values of all sizes, in all splits', () => {
    const body = build.join(build.length(pairs.length), ...pairs.map(({ bytes }) => bytes));
    const content = build.join(build.entry(HASH_2, 'k', body), build.entry(0, 'after', build.string('v')));
    const snapshot = build.snapshot(content, 'VALKEY080');
    for (const size of [whole(snapshot), ...[1, 2, 3, 4, 5].map((seed) => randomSizes(seed, UNIT_BOUND))]) {
      const recorded = new RdbRecorder();
      decodeInPortions(snapshot, recorded, size);
      expect(recorded.key('k').value?.fields).toEqual(pairs.map(({ name, value, at }) => [name, value, at]));
      expect(recorded.key('after').value?.text).toBe('v');
    }
  });

  test('with integers, and as a value that comes whole', () => {
    const body = build.join(2, build.integerString(7, 8), build.integerString(-300, 16), build.i64le(5n));
    const more = build.join(build.string('f'), build.string(''), build.i64le(-1n));
    const recorded = decodeAllWays(
      build.snapshot(build.entry(HASH_2, 'k', build.join(body, more)), 'VALKEY080'),
    );
    expect(recorded.key('k').value?.fields).toEqual([
      ['7', '-300', 5],
      ['f', '', NO_EXPIRY],
    ]);
  });

  test('with an expiry that is no time are refused by the name of their key', () => {
    const body = build.join(1, build.string('f'), build.string('v'), build.i64le(-2n));
    expect(() => decode(build.snapshot(build.entry(HASH_2, 'the-key', body), 'VALKEY080'))).toThrow(
      /no time.*the-key/,
    );
  });
});

test('the same number is another type in a snapshot of Redis', () => {
  const preGa = build.join(1, build.length(1_900_000_000_000), build.string('f'), build.string('v'));
  const recorded = decodeAllWays(build.snapshot(build.entry(HASH_2, 'k', preGa)));
  expect(recorded.key('k').type).toBe(RDB_TYPE.HASH_METADATA_PRE_GA);
  expect(recorded.key('k').value?.fields).toEqual([['f', 'v', 1_900_000_000_000]]);
});

test('an empty one is skipped, as every server does', () => {
  expect(decodeAllWays(build.snapshot(build.entry(HASH_2, 'k', build.length(0)), 'VALKEY080')).keys).toEqual(
    [],
  );
});

describe('the state of a slot import', () => {
  const content = build.join(
    ...[0xf3, build.string('j'.repeat(40)), 2, build.length(0), build.length(99), build.length(16_000)],
    ...[build.length(16_383), build.entry(0, 'k', build.string('v'))],
  );

  test('is skipped in a snapshot of Valkey', () => {
    expect(decodeAllWays(build.snapshot(content, 'VALKEY080')).keys.map(({ key }) => key)).toEqual(['k']);
  });

  test('is not what its opcode means in a snapshot of Redis', () => {
    expect(() => decode(build.snapshot(content))).toThrow(/243/);
  });
});

test.each([23, 24, 25, 26])('type %i of Valkey is refused with the whole name of its key', (type) => {
  const name = 'n'.repeat(1000);
  const snapshot = build.snapshot(build.entry(type, name, build.length(0)), 'VALKEY080');
  expect(() => decode(snapshot)).toThrow(new RegExp(`${name}.* ${type} `));
  // And so when the name comes in pieces.
  expect(() => decodeInPortions(snapshot, new RdbRecorder(), () => 300)).toThrow(new RegExp(name));
});
