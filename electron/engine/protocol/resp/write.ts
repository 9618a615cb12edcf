/**
 * Writers of RESP pieces into a buffer that has room. Each returns the address after what it wrote.
 * They are called several times a key, so they avoid calls into native code for short pieces.
 */

/** From this length on a native copy is faster than a loop. */
const NATIVE_COPY_BYTES = 12;

const CR = 13;
const LF = 10;
const ZERO = 48;

export function writeBytes(out: Buffer, at: number, source: Buffer, from: number, to: number): number {
  const length = to - from;
  if (length < NATIVE_COPY_BYTES) for (let i = 0; i < length; i++) out[at + i] = source[from + i]!;
  else if (source === out) out.copyWithin(at, from, to);
  else source.copy(out, at, from, to);
  return at + length;
}

/** A non-negative integer as decimal digits. */
export function writeInteger(out: Buffer, at: number, value: number): number {
  if (value < 10) {
    out[at] = ZERO + value;
    return at + 1;
  }
  if (value < 100) {
    const tens = (value / 10) | 0;
    out[at] = ZERO + tens;
    out[at + 1] = ZERO + value - tens * 10;
    return at + 2;
  }
  let end = at + digits(value);
  const after = end;
  let rest = value;
  // Beyond 2^31 integer operations on 32 bits would be wrong, so the high part goes first.
  while (rest > 0x7fffffff) {
    const next = Math.floor(rest / 10);
    out[--end] = ZERO + (rest - next * 10);
    rest = next;
  }
  while (end > at) {
    const next = (rest / 10) | 0;
    out[--end] = ZERO + rest - next * 10;
    rest = next;
  }
  return after;
}

export function digits(value: number): number {
  if (value < 10) return 1;
  if (value < 100) return 2;
  if (value < 1000) return 3;
  if (value < 10000) return 4;
  if (value < 100000) return 5;
  let count = 6;
  for (let limit = 1e6; value >= limit; limit *= 10) count += 1;
  return count;
}

/** `<first byte><value>\r\n`: the head of an array (`*`) or of a bulk string (`$`). */
export function writeHead(out: Buffer, at: number, firstByte: number, value: number): number {
  out[at] = firstByte;
  const end = writeInteger(out, at + 1, value);
  out[end] = CR;
  out[end + 1] = LF;
  return end + 2;
}

/** A bulk string. */
export function writeBulk(out: Buffer, at: number, source: Buffer, from: number, to: number): number {
  const start = writeHead(out, at, 36, to - from);
  const end = writeBytes(out, start, source, from, to);
  out[end] = CR;
  out[end + 1] = LF;
  return end + 2;
}

/** An integer as a bulk string. */
export function writeIntegerBulk(out: Buffer, at: number, value: number): number {
  const start = writeHead(out, at, 36, digits(value));
  const end = writeInteger(out, start, value);
  out[end] = CR;
  out[end + 1] = LF;
  return end + 2;
}

/** The most that `writeBulk` needs around the bytes of its string. */
export const BULK_OVERHEAD_BYTES = 24;
