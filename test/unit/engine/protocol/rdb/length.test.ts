import { expect, test } from 'vitest';
import { Length, skipString } from '../../../../../electron/engine/protocol/rdb/length.ts';
import { Piece } from '../../../../../electron/engine/protocol/rdb/piece.ts';
import { integerString, join, length, lzfString, string } from '../../../../support/rdb/builder.ts';

const LENGTHS: readonly [bigint, 6 | 14 | 32 | 64][] = [
  [0n, 6],
  [63n, 6],
  [0n, 14],
  [64n, 14],
  [16383n, 14],
  [16384n, 32],
  [0xffffffffn, 32],
  [0n, 64],
  [0x100000000n, 64],
  [2n ** 53n - 1n, 64],
];

test.each(LENGTHS)('a length of %d in %d bits', (value, bits) => {
  const bytes = join('xx', length(value, bits), 'yy');
  const read = new Length();
  const end = bytes.length - 2;
  expect(read.read(bytes, 2, bytes.length)).toBe(end);
  expect(read.value).toBe(Number(value));
  for (let limit = 2; limit < end; limit++) {
    const needed = read.read(bytes, 2, limit);
    expect(needed).toBeGreaterThan(limit);
    expect(needed).toBeLessThanOrEqual(end);
  }
});

test('a length of 2^53 or more is broken, a number of 64 bits may be any', () => {
  const bytes = length(2n ** 64n - 2n);
  const read = new Length();
  expect(() => read.read(bytes, 0, 9)).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
  expect(() => read.read(length(2n ** 53n), 0, 9)).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
  expect(read.readAny(bytes, 0, 9)).toBe(9);
  expect([read.high, read.low]).toEqual([0xffffffff, 0xfffffffe]);
});

test.each([0xc0, 0xc3, 0x82, 0xbf])('the byte 0x%x begins no length', (byte) => {
  const bytes = join(byte, Buffer.alloc(16));
  expect(() => new Length().read(bytes, 0, 17)).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
});

const STRINGS: readonly [string, Buffer, string][] = [
  ['empty', string(''), ''],
  ['short', string('hello'), 'hello'],
  ['of 14 bits', string('a'.repeat(64)), 'a'.repeat(64)],
  ['of 32 bits', string('b'.repeat(16384)), 'b'.repeat(16384)],
  ['int8', integerString(-128, 8), '-128'],
  ['int8 above zero', integerString(127, 8), '127'],
  ['int16', integerString(-32768, 16), '-32768'],
  ['int32', integerString(-2147483648, 32), '-2147483648'],
  ['int32 above zero', integerString(2147483647, 32), '2147483647'],
  ['zero', integerString(0, 8), '0'],
  ['compressed', lzfString('abc'.repeat(100)), 'abc'.repeat(100)],
];

test.each(STRINGS)('an encoded string, %s', (_name, encoded, decoded) => {
  const bytes = join('__', encoded, '__');
  const end = 2 + encoded.length;
  const piece = new Piece();
  expect(skipString(bytes, 2, bytes.length)).toBe(end);
  expect(piece.read(bytes, 2, bytes.length)).toBe(end);
  expect(piece.buf.toString('latin1', piece.from, piece.to)).toBe(decoded);
  for (let limit = 2; limit < Math.min(end, 60); limit++) {
    for (const needed of [skipString(bytes, 2, limit), piece.read(bytes, 2, limit)]) {
      expect(needed).toBeGreaterThan(limit);
      expect(needed).toBeLessThanOrEqual(end);
    }
  }
});

test('an unknown string encoding is broken', () => {
  const bytes = join(0xc4, Buffer.alloc(16));
  expect(() => skipString(bytes, 0, 17)).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
  expect(() => new Piece().read(bytes, 0, 17)).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
});

test('a compressed string that claims more than its bytes can hold takes no memory for it', () => {
  const bytes = join(0xc3, length(20), length(2 ** 40), Buffer.alloc(20));
  expect(() => new Piece().header(bytes, 0, bytes.length)).toThrow(
    expect.objectContaining({ code: 'RDB_BROKEN' }),
  );
});

test('a compressed string is not passed over that claims what cannot come out of it', () => {
  const claims = (claimed: bigint): Buffer => join(0xc3, 3, length(claimed), 'abc');
  const end = (bytes: Buffer): number => skipString(bytes, 0, bytes.length);
  // Three bytes give 264 at the most.
  expect(end(claims(264n))).toBe(claims(264n).length);
  for (const claimed of [265n, 2n ** 31n, 2n ** 53n - 1n])
    expect(() => end(claims(claimed))).toThrow(expect.objectContaining({ code: 'RDB_BROKEN' }));
});
