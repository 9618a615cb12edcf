import { broken } from './fault.ts';
import { Length, skipString } from './length.ts';
import { ListpackCursor } from './listpack.ts';
import { Piece } from './piece.ts';
import { checkListpack } from './sound-listpack.ts';
import { RDB_TYPE, type RdbType } from './types.ts';

const KEY_BYTES = 16;
const SAME_FIELDS = 2;
const ANYTHING = { step: 1, unique: false, scored: false } as const;
const number = new Length();
const block = new Piece();
const listpack = new ListpackCursor();

/**
 * Looks at a whole stream in depth: its nodes, and that each pending entry of a group has one consumer. Source: Redis t_stream.c:
 * streamValidateListpackIntegrity, rdb.c: rdbLoadObject. @throws RDB_BROKEN
 */
export function checkStream(type: RdbType, buf: Buffer, from: number, to: number): void {
  const first = type === RDB_TYPE.STREAM_LISTPACKS;
  let pos = number.read(buf, from, to);
  for (let nodes = number.value; nodes > 0; nodes--) {
    if (buf[pos] !== KEY_BYTES) throw broken('the key of a stream node is no stream id');
    pos = block.readBlock(buf, pos + 1 + KEY_BYTES, to);
    checkNode(block.buf, block.from, block.to);
  }
  block.release();
  pos = skipNumbers(buf, pos, to, first ? 3 : 8);
  pos = number.read(buf, pos, to);
  for (let groups = number.value; groups > 0 && pos <= to; groups--) pos = checkGroup(type, buf, pos, to);
  if (pos !== to) throw broken('a stream does not end where it should');
}

function checkNode(buf: Buffer, from: number, to: number): void {
  checkListpack(buf, from, to, ANYTHING);
  listpack.open(buf, from, to);
  let left = integer() + integer();
  const fields = integer();
  skip(fields);
  if (integer() !== 0) throw brokenNode();
  while (listpack.step()) {
    if (!listpack.isInteger) throw brokenNode();
    const flags = listpack.low;
    integer();
    integer();
    const same = (flags & SAME_FIELDS) !== 0;
    const own = same ? fields : integer();
    skip(same ? own : 2 * own);
    if (integer() !== (same ? own : 2 * own + 1) + 3) throw brokenNode();
    left -= 1;
  }
  if (left !== 0) throw brokenNode();
}

/** The next item, which must be an integer that is small and no less than 0, or only an integer. */
function integer(): number {
  if (!listpack.step() || !listpack.isInteger) throw brokenNode();
  return listpack.high === 0 ? listpack.low : Infinity;
}

function skip(items: number): void {
  for (let left = items; left > 0; left--) if (!listpack.step()) throw brokenNode();
}

function checkGroup(type: RdbType, buf: Buffer, from: number, to: number): number {
  const first = type === RDB_TYPE.STREAM_LISTPACKS;
  const third = type === RDB_TYPE.STREAM_LISTPACKS_3;
  let pos = skipNumbers(buf, skipString(buf, from, to), to, first ? 2 : 3);
  pos = number.read(buf, pos, to);
  const pending = number.value;
  for (let left = pending; left > 0 && pos <= to; left--) pos = number.readAny(buf, pos + KEY_BYTES + 8, to);
  if (pos <= to) pos = number.read(buf, pos, to);
  let owned = 0;
  for (let left = number.value; left > 0 && pos <= to; left--) {
    pos = number.read(buf, skipString(buf, pos, to) + (third ? 16 : 8), to);
    owned += number.value;
    pos += number.value * KEY_BYTES;
  }
  if (pos <= to && owned !== pending) throw broken('pending entries of a stream have not one consumer each');
  return pos;
}

function skipNumbers(buf: Buffer, from: number, to: number, times: number): number {
  let pos = from;
  for (let i = 0; i < times && pos <= to; i++) pos = number.readAny(buf, pos, to);
  return pos;
}

const brokenNode = (): Error => broken('a node of a stream does not fit its own counts');
