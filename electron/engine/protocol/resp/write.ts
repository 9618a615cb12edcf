/**
 * Writers of RESP pieces into a buffer that has room. Each returns the address after what it wrote.
 * They are called several times a key, so they avoid calls into native code for short pieces.
 */

/** From these lengths on a native copy is faster than a loop, within one buffer and between two. */
const NATIVE_COPY_WITHIN_BYTES = 15;
const NATIVE_COPY_BYTES = 24;

const CR = 13;
const LF = 10;
const ZERO = 48;
const INT_LIMIT = 0x7fffffff;
const PART = 1e8;
const PART_DIGITS = 8;

export function writeBytes(out: Buffer, at: number, source: Buffer, from: number, to: number): number {
  const length = to - from;
  if (source === out && length >= NATIVE_COPY_WITHIN_BYTES) out.copyWithin(at, from, to);
  else if (length >= NATIVE_COPY_BYTES) source.copy(out, at, from, to);
  else for (let i = 0; i < length; i++) out[at + i] = source[from + i]!;
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
  const end = at + digits(value);
  if (value < INT_LIMIT) {
    writeDigits(out, at, end, value);
    return end;
  }
  // Integer operations on 32 bits are fast, so a large number is written in two parts (three beyond 2e16).
  const high = Math.floor(value / PART);
  const middle = end - PART_DIGITS;
  writeInteger(out, at, high);
  writeDigits(out, middle, end, value - high * PART);
  return end;
}

/** All of out[at, end) becomes digits, with leading zeros. `value` is below 2^31. */
function writeDigits(out: Buffer, at: number, end: number, value: number): void {
  let rest = value;
  for (let i = end - 1; i >= at; i--) {
    const next = (rest / 10) | 0;
    out[i] = ZERO + rest - next * 10;
    rest = next;
  }
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
