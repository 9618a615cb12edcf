/** Builds snapshots by hand, for forms that no server at hand writes any more, and for broken ones. */
import { compressLzf } from './lzf-compress.ts';
import { testArena } from './portions.ts';

export type Bytes = Buffer | string;

const bytesOf = (bytes: Bytes): Buffer => (typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes);

export const join = (...parts: readonly (Bytes | number)[]): Buffer =>
  Buffer.concat(parts.map((part) => (typeof part === 'number' ? Buffer.from([part]) : bytesOf(part))));

export function u32le(value: number): Buffer {
  const out = Buffer.alloc(4);
  out.writeUInt32LE(value);
  return out;
}

export function u16le(value: number): Buffer {
  const out = Buffer.alloc(2);
  out.writeUInt16LE(value);
  return out;
}

export function i64le(value: bigint): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigInt64LE(value);
  return out;
}

export function u64be(value: bigint): Buffer {
  const out = Buffer.alloc(8);
  out.writeBigUInt64BE(value);
  return out;
}

export function float64(value: number): Buffer {
  const out = Buffer.alloc(8);
  out.writeDoubleLE(value);
  return out;
}

/** A length in its shortest form, or in the form with so many bits. */
export function length(value: number | bigint, bits?: 6 | 14 | 32 | 64): Buffer {
  const big = BigInt(value);
  const form = bits ?? (big < 64n ? 6 : big < 16384n ? 14 : big < 2n ** 32n ? 32 : 64);
  if (form === 6) return Buffer.from([Number(big)]);
  if (form === 14) return Buffer.from([0x40 | Number(big >> 8n), Number(big & 0xffn)]);
  return form === 64 ? join(0x81, u64be(big)) : join(0x80, u64be(big).subarray(4));
}

/** A raw string. */
export const string = (bytes: Bytes): Buffer => join(length(bytesOf(bytes).length), bytes);

/** A string of digits as an integer of 8, 16 or 32 bits. */
export function integerString(value: number, bits: 8 | 16 | 32): Buffer {
  const body = Buffer.alloc(4);
  body.writeInt32LE(value);
  return join(0xc0 | (bits === 8 ? 0 : bits === 16 ? 1 : 2), body.subarray(0, bits / 8));
}

/** A compressed string. */
export function lzfString(bytes: Bytes): Buffer {
  const body = compressLzf(bytesOf(bytes));
  return join(0xc3, length(body.length), length(bytesOf(bytes).length), body);
}

/** A ziplist of entries that are encoded already, each with or without the long form of the length before it. */
export function ziplist(entries: readonly Buffer[], count = entries.length): Buffer {
  const body: Buffer[] = [];
  let previous = 0;
  let tail = 10;
  for (const [index, entry] of entries.entries()) {
    const head = previous < 254 ? Buffer.from([previous]) : join(0xfe, u32le(previous));
    body.push(head, entry);
    if (index < entries.length - 1) tail += head.length + entry.length;
    previous = head.length + entry.length;
  }
  const items = Buffer.concat(body);
  return join(u32le(11 + items.length), u32le(tail), u16le(count), items, 0xff);
}

/** A string entry of a ziplist. */
export function ziplistString(bytes: Bytes): Buffer {
  const size = bytesOf(bytes).length;
  if (size < 64) return join(size, bytes);
  if (size < 16384) return join(0x40 | (size >> 8), size & 0xff, bytes);
  const header = Buffer.alloc(5);
  header[0] = 0x80;
  header.writeUInt32BE(size, 1);
  return join(header, bytes);
}

/** An integer entry of a ziplist, in so many bits; 4 is the immediate form. */
export function ziplistInteger(value: bigint, bits: 4 | 8 | 16 | 24 | 32 | 64): Buffer {
  if (bits === 4) return Buffer.from([0xf1 + Number(value)]);
  const head = { 8: 0xfe, 16: 0xc0, 24: 0xf0, 32: 0xd0, 64: 0xe0 }[bits];
  return join(head, i64le(value).subarray(0, bits / 8));
}

/** A listpack of entries that are encoded already. */
export function listpack(entries: readonly Buffer[], count = entries.length): Buffer {
  const body = Buffer.concat(entries.map((entry) => join(entry, backLength(entry.length))));
  return join(u32le(7 + body.length), u16le(count), body, 0xff);
}

export function listpackString(bytes: Bytes, bits?: 6 | 12 | 32): Buffer {
  const size = bytesOf(bytes).length;
  const form = bits ?? (size < 64 ? 6 : size < 4096 ? 12 : 32);
  if (form === 6) return join(0x80 | size, bytes);
  if (form === 12) return join(0xe0 | (size >> 8), size & 0xff, bytes);
  return join(0xf0, u32le(size), bytes);
}

/** An integer entry of a listpack, in so many bits; 7 is unsigned. */
export function listpackInteger(value: bigint, bits: 7 | 13 | 16 | 24 | 32 | 64): Buffer {
  if (bits === 7) return Buffer.from([Number(value)]);
  if (bits === 13) {
    const raw = Number(BigInt.asUintN(13, value));
    return Buffer.from([0xc0 | (raw >> 8), raw & 0xff]);
  }
  const head = { 16: 0xf1, 24: 0xf2, 32: 0xf3, 64: 0xf4 }[bits];
  return join(head, i64le(value).subarray(0, bits / 8));
}

function backLength(size: number): Buffer {
  // The server moves on to one byte more one step before it has to, except after one byte.
  const bytes = size < 128 ? 1 : size < 16383 ? 2 : size < 2097151 ? 3 : size < 268435455 ? 4 : 5;
  const out = Buffer.alloc(bytes);
  for (let i = 0; i < bytes; i++) {
    out[bytes - 1 - i] = ((size >> (7 * i)) & 127) | (i < bytes - 1 ? 128 : 0);
  }
  return out;
}

export function intset(width: 2 | 4 | 8, values: readonly bigint[]): Buffer {
  return join(u32le(width), u32le(values.length), ...values.map((value) => i64le(value).subarray(0, width)));
}

/** A zipmap; each value is followed by so many unused bytes. */
export function zipmap(pairs: readonly (readonly [Bytes, Bytes])[], unused = 0): Buffer {
  const size = (bytes: Bytes): Buffer => {
    const n = bytesOf(bytes).length;
    return n < 254 ? Buffer.from([n]) : join(0xfe, u32le(n));
  };
  const items = pairs.flatMap(([name, value]) => [
    join(size(name), name),
    join(size(value), unused, value, Buffer.alloc(unused, 0x5a)),
  ]);
  return join(Math.min(254, pairs.length), ...items, 0xff);
}

/** A key with its value: type, key, body. */
export const entry = (type: number, key: Bytes, body: Buffer): Buffer => join(type, string(key), body);

/** A whole snapshot with its checksum around what is given. */
export function snapshot(content: Buffer, magic = 'REDIS0012'): Buffer {
  const head = join(magic, content, 0xff);
  const arena = testArena();
  arena.crcReset(3);
  arena.crcUpdate(3, head, 0, head.length);
  const checksum = Buffer.alloc(8);
  arena.crcCopy(3, checksum, 0);
  return join(head, checksum);
}
