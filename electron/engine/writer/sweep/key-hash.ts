import { randomBytes } from 'node:crypto';

/** 32-bit words of a hash. */
export const HASH_WORDS = 4;
const KEY_WORDS = 4;

/**
 * Hashes of key names, of 128 bits and under a secret of this process: HalfSipHash-2-4 with 64 bits of output, twice under
 * different halves of the secret. The database goes into the secret, so that a name counts in each database by itself.
 * Arithmetic of 32 bits, nothing allocated per key.
 *
 * Source: Aumasson and Bernstein, SipHash; halfsiphash.c of its reference implementation.
 */
export class KeyHash {
  private readonly secret: Uint32Array;
  /** What `hash` has found last. */
  readonly words = new Uint32Array(HASH_WORDS);

  /** @param secret 16 bytes; by default random ones */
  constructor(secret: Uint8Array = randomBytes(KEY_WORDS * 4)) {
    const bytes = Buffer.from(secret);
    this.secret = Uint32Array.from({ length: KEY_WORDS }, (_, i) => bytes.readUInt32LE(i * 4));
  }

  /** Puts the hash of the name buf[from, to) in this database into `words`. */
  hash(db: number, buf: Buffer, from: number, to: number): void {
    const { secret, words } = this;
    halfSipHash(secret[0]! ^ db, secret[1]!, buf, from, to, words, 0);
    halfSipHash(secret[2]! ^ db, secret[3]!, buf, from, to, words, 2);
  }
}

const rotl = (word: number, bits: number): number => (word << bits) | (word >>> (32 - bits));

/** HalfSipHash-2-4 of buf[from, to): 64 bits, as two words into out[at, at + 2). */
export function halfSipHash(
  k0: number,
  k1: number,
  buf: Buffer,
  from: number,
  to: number,
  out: Uint32Array,
  at: number,
): void {
  let v0 = k0 | 0;
  let v1 = k1 ^ 0xee;
  let v2 = 0x6c796765 ^ k0;
  let v3 = 0x74656462 ^ k1;
  const whole = to - ((to - from) & 3);
  let next = from;
  for (let round = 0; ; round++) {
    // The message, its last word with the length, then the two ends of the output, each with its rounds.
    let word = 0;
    let rounds = 2;
    if (next < whole) {
      word = buf[next]! | (buf[next + 1]! << 8) | (buf[next + 2]! << 16) | (buf[next + 3]! << 24);
      next += 4;
      round = -1;
    } else if (round === 0) {
      word = (to - from) << 24;
      for (let i = to - 1; i >= whole; i--) word |= buf[i]! << (8 * (i - whole));
    } else {
      rounds = 4;
      if (round === 1) v2 ^= 0xee;
      else v1 ^= 0xdd;
    }
    v3 ^= word;
    for (; rounds > 0; rounds--) {
      v0 = (v0 + v1) | 0;
      v1 = rotl(v1, 5) ^ v0;
      v0 = rotl(v0, 16);
      v2 = (v2 + v3) | 0;
      v3 = rotl(v3, 8) ^ v2;
      v0 = (v0 + v3) | 0;
      v3 = rotl(v3, 7) ^ v0;
      v2 = (v2 + v1) | 0;
      v1 = rotl(v1, 13) ^ v2;
      v2 = rotl(v2, 16);
    }
    v0 ^= word;
    if (round === 1) out[at] = v1 ^ v3;
    if (round === 2) {
      out[at + 1] = v1 ^ v3;
      return;
    }
  }
}
