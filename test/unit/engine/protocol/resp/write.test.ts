import { describe, expect, it } from 'vitest';
import {
  BULK_OVERHEAD_BYTES,
  digits,
  writeBulk,
  writeBytes,
  writeHead,
  writeInteger,
  writeIntegerBulk,
} from '../../../../../electron/engine/protocol/resp/write.ts';

/** What a writer writes at 3 of a buffer full of dots; it must leave everything else alone. */
function written(write: (out: Buffer) => number): string {
  const out = Buffer.alloc(200, '.');
  const end = write(out);
  expect(out.toString('latin1', 0, 3)).toBe('...');
  expect(out.toString('latin1', end)).toBe('.'.repeat(200 - end));
  return out.toString('latin1', 3, end);
}

const BOUNDARIES = [
  ...Array.from({ length: 16 }, (_, i) => 10 ** i).flatMap((power) => [power - 1, power, power + 1]),
  ...[7, 8, 15, 16, 31, 32, 52].flatMap((bits) => [2 ** bits - 1, 2 ** bits, 2 ** bits + 1]),
  2 ** 53 - 2,
  2 ** 53 - 1,
  2 ** 53,
  21_474_836_470,
  21_474_836_479,
  3_155_760_000_000,
];

describe('integers', () => {
  it('are written and counted as decimal digits up to 2^53', () => {
    const values = [...BOUNDARIES, ...Array.from({ length: 3000 }, (_, i) => i * 37)];
    for (const value of values) {
      expect(written((out) => writeInteger(out, 3, value))).toBe(String(value));
      expect(digits(value)).toBe(String(value).length);
    }
  });

  it('make a bulk string with its length', () => {
    for (const value of BOUNDARIES) {
      const text = String(value);
      expect(written((out) => writeIntegerBulk(out, 3, value))).toBe(`$${text.length}\r\n${text}\r\n`);
    }
  });

  it('make the head of an array or a bulk string', () => {
    expect(written((out) => writeHead(out, 3, 42, 3))).toBe('*3\r\n');
    expect(written((out) => writeHead(out, 3, 36, 4_294_967_296))).toBe('$4294967296\r\n');
  });
});

describe('bytes', () => {
  const source = Buffer.from(Array.from({ length: 120 }, (_, i) => 255 - i));

  it('are copied, be they few or many', () => {
    for (let length = 0; length <= 100; length++) {
      expect(written((out) => writeBytes(out, 3, source, 5, 5 + length))).toBe(
        source.toString('latin1', 5, 5 + length),
      );
    }
  });

  it('are copied within one buffer', () => {
    for (const length of [4, 11, 12, 60]) {
      const out = Buffer.alloc(200);
      source.copy(out, 100);
      expect(writeBytes(out, 7, out, 100, 100 + length)).toBe(7 + length);
      expect(out.subarray(7, 7 + length).equals(source.subarray(0, length))).toBe(true);
    }
  });

  it('make a bulk string, which needs no more than it says around them', () => {
    for (const length of [0, 1, 9, 10, 11, 12, 99, 100]) {
      const bulk = written((out) => writeBulk(out, 3, source, 0, length));
      expect(bulk).toBe(`$${length}\r\n${source.toString('latin1', 0, length)}\r\n`);
      expect(bulk.length - length).toBeLessThanOrEqual(BULK_OVERHEAD_BYTES);
    }
    expect('$9007199254740992\r\n\r\n'.length).toBeLessThanOrEqual(BULK_OVERHEAD_BYTES);
  });
});
