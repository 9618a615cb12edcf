import { randomInt } from 'node:crypto';

const ALL = 2 ** 32;

/**
 * Keys that chance has chosen: the same ones on both sides, whatever they hold. Which ones is decided by a hash of the name that is another
 * one each time, so that no pattern in the names can lie in wait for it.
 */
export class KeySample {
  private readonly seed: number;
  private readonly below: number;

  /** `share` from 0 to 1. */
  constructor(share: number, seed = randomInt(ALL)) {
    this.seed = seed;
    this.below = share * ALL;
  }

  takes(key: Buffer): boolean {
    return hash(key, this.seed) < this.below;
  }
}

/** MurmurHash3 of 32 bits (learned from its description, a byte at a time at the end). */
function hash(key: Buffer, seed: number): number {
  let h = seed | 0;
  const whole = key.length & ~3;
  for (let at = 0; at < whole; at += 4) {
    h ^= mixed(key[at]! | (key[at + 1]! << 8) | (key[at + 2]! << 16) | (key[at + 3]! << 24));
    h = (h << 13) | (h >>> 19);
    h = (Math.imul(h, 5) + 0xe6546b64) | 0;
  }
  let rest = 0;
  for (let at = key.length - 1; at >= whole; at--) rest = (rest << 8) | key[at]!;
  if (whole < key.length) h ^= mixed(rest);
  h ^= key.length;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function mixed(word: number): number {
  const k = Math.imul(word, 0xcc9e2d51);
  return Math.imul((k << 15) | (k >>> 17), 0x1b873593);
}
