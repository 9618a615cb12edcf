/** Fixed-width numbers, read without a DataView; the caller has checked that the bytes are there. */

export function u32le(buf: Buffer, at: number): number {
  return (buf[at]! | (buf[at + 1]! << 8) | (buf[at + 2]! << 16) | (buf[at + 3]! << 24)) >>> 0;
}

export function u32be(buf: Buffer, at: number): number {
  return ((buf[at]! << 24) | (buf[at + 1]! << 16) | (buf[at + 2]! << 8) | buf[at + 3]!) >>> 0;
}

/** A signed 64-bit integer as a JS number: exact up to 2^53, clamped to ±(2^53 - 1) beyond. */
export function i64le(buf: Buffer, at: number): number {
  const value = (u32le(buf, at + 4) | 0) * 0x100000000 + u32le(buf, at);
  return Math.max(Number.MIN_SAFE_INTEGER, Math.min(Number.MAX_SAFE_INTEGER, value));
}
