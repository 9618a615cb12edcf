import { createArena, type Arena } from '../../../electron/engine/arena/arena.ts';
import { UNIT_BOUND } from '../../../electron/engine/protocol/rdb/bounds.ts';
import { RdbDecoder } from '../../../electron/engine/protocol/rdb/decoder.ts';
import type { RdbEvents } from '../../../electron/engine/protocol/rdb/events.ts';

const PATIENCE_BYTES = 4096;

let shared: Arena | undefined;

/** A small arena for tests, made once. */
export function testArena(): Arena {
  return (shared ??= createArena(64 * 1024));
}

/** Numbers in [0, 1), the same for the same seed. */
export function randomOf(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/**
 * Feeds a snapshot to a decoder as a link would, `nextSize()` bytes at a time, what it left over first. Each portion lies
 * in a buffer of its own that is overwritten afterwards, so that a reference kept to it does not go unnoticed.
 * @returns the decoder; not finished when the snapshot ends too early
 */
export function decodeInPortions(snapshot: Buffer, events: RdbEvents, nextSize: () => number): RdbDecoder {
  const decoder = new RdbDecoder(events, testArena());
  let consumed = 0;
  let arrived = 0;
  while (!decoder.finished && arrived < snapshot.length) {
    // Of an entry that waits for its rest, ever larger portions, or a test would take hours.
    const held = arrived - consumed > PATIENCE_BYTES ? (arrived - consumed) >> 3 : 0;
    arrived = Math.min(snapshot.length, arrived + Math.max(held, nextSize()));
    const shift = arrived % 7;
    const portion = Buffer.alloc(shift + arrived - consumed + 5, 0x55);
    snapshot.copy(portion, shift, consumed, arrived);
    const reached = decoder.decode(portion, shift, portion.length - 5);
    portion.fill(0xaa);
    if (reached < shift || reached > portion.length - 5) throw new Error('the decoder left its portion');
    if (reached === shift && arrived - consumed >= UNIT_BOUND)
      throw new Error('no progress in a full window');
    consumed += reached - shift;
    if (consumed !== decoder.bytesConsumed) throw new Error('the decoder counts other bytes');
  }
  return decoder;
}

/** All at once. */
export const whole = (snapshot: Buffer) => (): number => snapshot.length;

/** One byte at a time. */
export const byteByByte = (): number => 1;

/** Portions of one byte up to `most`, small ones as often as large ones. */
export function randomSizes(seed: number, most: number): () => number {
  const random = randomOf(seed);
  return () => Math.max(1, Math.floor(most ** random()));
}
