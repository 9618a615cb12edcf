import { brokenListpack, backLengthBytes } from './listpack.ts';
import { u32le } from './little-endian.ts';
import { ShapeCheck, type PackedShape } from './packed-shape.ts';

const HEADER_BYTES = 6;
const END = 0xff;
const COUNT_UNKNOWN = 0xffff;
const check = new ShapeCheck();

/**
 * Looks at a whole listpack as a server does that is to check payloads in depth: every entry, the length behind it, and what
 * they are together. Source: Redis listpack.c: lpValidateIntegrity, t_zset.c and t_hash.c for what uses it.
 * @throws RDB_BROKEN
 */
export function checkListpack(buf: Buffer, from: number, to: number, shape: PackedShape): void {
  if (to - from <= HEADER_BYTES || u32le(buf, from) !== to - from || buf[to - 1] !== END)
    throw brokenListpack();
  const last = to - 1;
  let pos = from + HEADER_BYTES;
  let count = 0;
  check.begin(shape);
  while (pos < last) {
    const first = buf[pos]!;
    let text = 0;
    let end: number;
    if (first < 0x80) end = pos + 1;
    else if (first < 0xc0) end = (text = pos + 1) + (first & 0x3f);
    else if (first < 0xe0) end = pos + 2;
    else if (first < 0xf0) end = (text = pos + 2) + (((first & 0x0f) << 8) | buf[pos + 1]!);
    else if (first === 0xf0) end = (text = pos + 5) + u32le(buf, pos + 1);
    else if (first < 0xf4) end = pos + 2 + (first - 0xf0);
    else if (first === 0xf4) end = pos + 9;
    else throw brokenListpack();
    const next = behindLength(buf, end, end - pos, last);
    check.item(buf, pos, text, end);
    pos = next;
    count += 1;
  }
  const declared = buf[from + 4]! | (buf[from + 5]! << 8);
  if (declared !== COUNT_UNKNOWN && declared !== count) throw brokenListpack();
  check.end();
}

/** The position after the bytes at `at` that repeat an entry's length, by which it is found from behind. */
function behindLength(buf: Buffer, at: number, length: number, last: number): number {
  if (length < 128) {
    if (at >= last || buf[at] !== length) throw brokenListpack();
    return at + 1;
  }
  const bytes = backLengthBytes(length);
  if (at + bytes > last) throw brokenListpack();
  let rest = length;
  for (let i = bytes - 1; i >= 0; i--) {
    if (buf[at + i] !== ((rest & 127) | (i > 0 ? 128 : 0))) throw brokenListpack();
    rest = Math.floor(rest / 128);
  }
  return at + bytes;
}
