import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ELEMENT_BOUND } from '../../../../../electron/engine/protocol/rdb/bounds.ts';
import { checkLzfLengths, decompressLzf } from '../../../../../electron/engine/protocol/rdb/lzf.ts';
import { LzfStream } from '../../../../../electron/engine/protocol/rdb/lzf-stream.ts';
import { compressLzf } from '../../../../support/rdb/lzf-compress.ts';
import { randomOf } from '../../../../support/rdb/portions.ts';
import { ValueRecorder } from '../../../../support/rdb/value-recorder.ts';

const broken = expect.objectContaining({ code: 'RDB_BROKEN' });

function block(compressed: Buffer, length: number): Buffer {
  const out = Buffer.alloc(length + 20, 0x5a);
  decompressLzf(compressed, 0, compressed.length, out, 10, length);
  expect(out.subarray(0, 10).equals(Buffer.alloc(10, 0x5a))).toBe(true);
  expect(out.subarray(10 + length).equals(Buffer.alloc(10, 0x5a))).toBe(true);
  return out.subarray(10, 10 + length);
}

/** Decompresses as the bytes come, `size()` at a time. */
function stream(compressed: Buffer, length: number, size: () => number): string | undefined {
  const decompressor = new LzfStream();
  const recorder = new ValueRecorder(ELEMENT_BOUND);
  recorder.string(length);
  decompressor.begin(compressed.length, length);
  let pos = 0;
  let arrived = 0;
  while (!decompressor.done) {
    arrived = Math.min(compressed.length + 3, arrived + size());
    // Bytes of something else may lie behind the block.
    const portion = Buffer.concat([compressed, Buffer.from('xyz')]).subarray(pos, arrived);
    pos += decompressor.run(portion, 0, portion.length, recorder);
  }
  expect(pos).toBe(compressed.length);
  recorder.end();
  return recorder.value().text;
}

/** Text with repeats near and far, some of them longer than one back reference. */
function repetitive(bytes: number, seed: number): Buffer {
  const random = randomOf(seed);
  const out = Buffer.alloc(bytes);
  let at = 0;
  while (at < bytes) {
    const run = Math.min(bytes - at, Math.floor(2 ** (random() * 11)));
    const back = Math.floor(2 ** (random() * 14));
    if (random() < 0.4 || back > at) for (let i = 0; i < run; i++) out[at + i] = Math.floor(random() * 256);
    else for (let i = 0; i < run; i++) out[at + i] = out[at + i - back] ?? 0;
    at += run;
  }
  return out;
}

test('decompresses what was compressed, at once and as it comes', () => {
  fc.assert(
    fc.property(fc.nat(40_000), fc.nat(), fc.integer({ min: 1, max: 5000 }), (bytes, seed, size) => {
      const plain = repetitive(bytes + 1, seed);
      const compressed = compressLzf(plain);
      expect(block(compressed, plain.length).equals(plain)).toBe(true);
      expect(stream(compressed, plain.length, () => size)).toBe(plain.toString('latin1'));
    }),
    { numRuns: 60 },
  );
});

test('a long run of one byte is streamed in bounded parts', () => {
  const plain = Buffer.alloc(3_000_000, 'z');
  const compressed = compressLzf(plain);
  expect(compressed.length * 88).toBeGreaterThanOrEqual(plain.length);
  expect(stream(compressed, plain.length, () => 1000)).toBe(plain.toString('latin1'));
});

test('a reference may reach back over the whole window, and what was passed on before', () => {
  const far = Buffer.concat([
    Buffer.from('abc'),
    repetitive(8189, 3),
    Buffer.from('abcd'),
    repetitive(8188, 4),
    Buffer.from('abcd'),
  ]);
  const compressed = compressLzf(far);
  expect(block(compressed, far.length).equals(far)).toBe(true);
  const farthest = Buffer.from([
    2,
    97,
    98,
    99,
    ...filling(8189),
    0x20 | 0x1f,
    0xff,
    ...filling(8189),
    0x20 | 0x1f,
    0xff,
  ]);
  const expected = block(farthest, 3 + 8189 + 3 + 8189 + 3).toString('latin1');
  expect(expected.endsWith('abc')).toBe(true);
  for (const size of [1, 7, 4000]) expect(stream(farthest, expected.length, () => size)).toBe(expected);
});

/** So many literal bytes. */
function filling(bytes: number): number[] {
  const out: number[] = [];
  for (let left = bytes; left > 0; left -= 32) {
    const run = Math.min(32, left);
    out.push(run - 1, ...Array.from({ length: run }, (_, i) => (left + i) & 255));
  }
  return out;
}

const BROKEN: readonly [string, number[], number][] = [
  ['a literal beyond the end of the block', [4, 1, 2], 5],
  ['a reference before the beginning', [0, 65, 0x20, 5], 4],
  ['a reference without its offset', [0, 65, 0x20], 4],
  ['a long reference without its length', [0, 65, 0xe0], 4],
  ['too few bytes', [0, 65], 2],
  ['too many bytes', [2, 65, 66, 67], 2],
  ['a reference beyond the length', [0, 65, 0xe0, 200, 0], 20],
];

test.each(BROKEN)('%s is broken', (_name, bytes, length) => {
  const compressed = Buffer.from(bytes);
  expect(() => block(compressed, length)).toThrow(broken);
  const sink = new ValueRecorder();
  sink.string(10_000);
  const decompressor = new LzfStream();
  decompressor.begin(compressed.length, length);
  expect(() => decompressor.run(compressed, 0, compressed.length, sink)).toThrow(broken);
});

test('a header may claim no more than could come out', () => {
  expect(() => checkLzfLengths(3, 264)).not.toThrow();
  expect(() => checkLzfLengths(3, 265)).toThrow(broken);
  expect(() => checkLzfLengths(0, 0)).toThrow(broken);
  expect(() => checkLzfLengths(10, 9)).toThrow(broken);
});
