import { expect, it } from 'vitest';
import { sameHyperLogLog } from '../../../../electron/engine/verify/hyperloglog.ts';

const header = (encoding: number, cached = 0): Buffer => {
  const out = Buffer.alloc(16);
  out.write('HYLL');
  out[4] = encoding;
  out[8] = cached;
  return out;
};

/** Registers 0 to 9 are zero, 10 to 12 are 5, 300 is 32, the rest zero. */
const sparse = Buffer.concat([
  header(1),
  Buffer.from([
    9,
    0x80 | (4 << 2) | 2,
    0x40 | (286 >> 8),
    286 & 255,
    0x80 | (31 << 2),
    0x40 | (16082 >> 8),
    16082 & 255,
  ]),
]);

function dense(values: Readonly<Record<number, number>>, cached = 0): Buffer {
  const out = Buffer.concat([header(0, cached), Buffer.alloc(12_288)]);
  for (const [register, value] of Object.entries(values)) {
    const bit = Number(register) * 6;
    const at = 16 + (bit >> 3);
    out[at] = out[at]! | ((value << (bit & 7)) & 255);
    if (at + 1 < out.length) out[at + 1] = out[at + 1]! | (value >> (8 - (bit & 7)));
  }
  return out;
}

it('goes by the registers, whatever the encoding and the cached count', () => {
  const same = { 10: 5, 11: 5, 12: 5, 300: 32 };
  expect(sameHyperLogLog(sparse, dense(same))).toBe(true);
  expect(sameHyperLogLog(dense(same, 9), sparse)).toBe(true);
  expect(sameHyperLogLog(dense({ 0: 63, 16383: 1 }), dense({ 0: 63, 16383: 1 }, 3))).toBe(true);
});

it('finds a register that differs', () => {
  expect(sameHyperLogLog(sparse, dense({ 10: 5, 11: 5, 12: 5, 300: 31 }))).toBe(false);
  expect(sameHyperLogLog(dense({ 16383: 1 }), dense({ 16383: 2 }))).toBe(false);
});

it('takes nothing else for a HyperLogLog', () => {
  const text = Buffer.from('HYLL or not');
  expect(sameHyperLogLog(text, text)).toBe(false);
  expect(sameHyperLogLog(sparse.subarray(0, -2), sparse.subarray(0, -2))).toBe(false);
  expect(sameHyperLogLog(dense({}).subarray(0, -1), dense({}).subarray(0, -1))).toBe(false);
});
