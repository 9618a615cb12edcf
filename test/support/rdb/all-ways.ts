import { expect } from 'vitest';
import { byteByByte, decodeInPortions, randomSizes, whole } from './portions.ts';
import { RdbRecorder } from './recorder.ts';

/** Decodes a snapshot whole, byte by byte and in random portions, and checks that all of them tell the same. */
export function decodeAllWays(snapshot: Buffer, rounds = 10): RdbRecorder {
  const first = new RdbRecorder();
  const decoder = decodeInPortions(snapshot, first, whole(snapshot));
  expect(decoder.finished).toBe(true);
  expect(decoder.bytesConsumed).toBe(snapshot.length);
  const ways = [
    byteByByte,
    ...Array.from({ length: rounds }, (_, seed) => randomSizes(seed, snapshot.length)),
  ];
  for (const way of ways) {
    const other = new RdbRecorder();
    expect(decodeInPortions(snapshot, other, way).finished).toBe(true);
    expect(other).toEqual(first);
  }
  expect(first.ended).toBe(true);
  return first;
}
