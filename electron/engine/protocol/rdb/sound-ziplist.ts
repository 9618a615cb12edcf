import { u32be, u32le } from './little-endian.ts';
import { ShapeCheck, type PackedShape } from './packed-shape.ts';
import { brokenZiplist } from './ziplist.ts';

const HEADER_BYTES = 10;
const END = 0xff;
const LONG_PREVIOUS_LENGTH = 0xfe;
const COUNT_UNKNOWN = 0xffff;
const check = new ShapeCheck();

/**
 * Looks at a whole ziplist in depth: every entry, the length of the one before it, and where the last one begins.
 * Source: Redis ziplist.c: ziplistValidateIntegrity. @throws RDB_BROKEN
 */
export function checkZiplist(buf: Buffer, from: number, to: number, shape: PackedShape): void {
  if (to - from <= HEADER_BYTES || u32le(buf, from) !== to - from || buf[to - 1] !== END)
    throw brokenZiplist();
  const last = to - 1;
  let pos = from + HEADER_BYTES;
  let previous = 0;
  let tail = pos;
  let count = 0;
  check.begin(shape);
  while (pos < last) {
    const long = buf[pos] === LONG_PREVIOUS_LENGTH;
    const at = pos + (long ? 5 : 1);
    if (at >= last || (long ? u32le(buf, pos + 1) : buf[pos]) !== previous) throw brokenZiplist();
    const first = buf[at]!;
    let text = 0;
    let end: number;
    if (first < 0x40) end = (text = at + 1) + first;
    else if (first < 0x80) end = (text = at + 2) + (((first & 0x3f) << 8) | buf[at + 1]!);
    else if (first < 0xc0) end = (text = at + 5) + u32be(buf, at + 1);
    else end = at + 1 + integerBytes(first);
    if (end > last) throw brokenZiplist();
    check.item(buf, at, text, end);
    tail = pos;
    previous = end - pos;
    pos = end;
    count += 1;
  }
  const declared = buf[from + 8]! | (buf[from + 9]! << 8);
  if ((declared !== COUNT_UNKNOWN && declared !== count) || u32le(buf, from + 4) !== tail - from)
    throw brokenZiplist();
  check.end();
}

function integerBytes(encoding: number): number {
  switch (encoding) {
    case 0xc0:
      return 2;
    case 0xd0:
      return 4;
    case 0xe0:
      return 8;
    case 0xf0:
      return 3;
    case 0xfe:
      return 1;
    default:
      if (encoding > 0xf0 && encoding < 0xfe) return 0;
      throw brokenZiplist();
  }
}
