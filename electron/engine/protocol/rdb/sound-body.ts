import { broken } from './fault.ts';
import { IntsetCursor } from './intset.ts';
import { Length, skipString } from './length.ts';
import { NameSet } from './name-set.ts';
import type { PackedShape } from './packed-shape.ts';
import { Piece } from './piece.ts';
import { checkListpack } from './sound-listpack.ts';
import { checkStream } from './sound-stream.ts';
import { checkZiplist } from './sound-ziplist.ts';
import { RDB_TYPE, type RdbType } from './types.ts';

const ELEMENTS: PackedShape = { step: 1, unique: false, scored: false };
const MEMBERS: PackedShape = { step: 1, unique: true, scored: false };
const FIELDS: PackedShape = { step: 2, unique: true, scored: false };
const SCORES: PackedShape = { step: 2, unique: true, scored: true };
const PLAIN_NODE = 1;

const block = new Piece();
const number = new Length();
const intset = new IntsetCursor();
const names = new NameSet();

/**
 * Looks at a body that is to be sent in a RESTORE as a server does that checks payloads in depth, which is not the default: one
 * that does not may die of it, then or later. What RESTORE always checks is left to it, and so are values of modules.
 * Source: Redis rdb.c: rdbLoadObject with deep_integrity_validation.
 * @throws RDB_BROKEN
 */
export function checkBody(type: RdbType, buf: Buffer, from: number, to: number): void {
  switch (type) {
    case RDB_TYPE.STRING:
      if (skipString(buf, from, to) !== to) throw broken('the value does not fit its type');
      return;
    case RDB_TYPE.HASH:
      return checkHash(buf, from, to);
    case RDB_TYPE.SET_INTSET:
      return checkIntset(buf, from, to);
    case RDB_TYPE.LIST_ZIPLIST:
      return packed(checkZiplist, ELEMENTS, buf, from, to);
    case RDB_TYPE.ZSET_ZIPLIST:
      return packed(checkZiplist, SCORES, buf, from, to);
    case RDB_TYPE.HASH_ZIPLIST:
      return packed(checkZiplist, FIELDS, buf, from, to);
    case RDB_TYPE.HASH_LISTPACK:
      return packed(checkListpack, FIELDS, buf, from, to);
    case RDB_TYPE.ZSET_LISTPACK:
      return packed(checkListpack, SCORES, buf, from, to);
    case RDB_TYPE.SET_LISTPACK:
      return packed(checkListpack, MEMBERS, buf, from, to);
    case RDB_TYPE.LIST_QUICKLIST:
    case RDB_TYPE.LIST_QUICKLIST_2:
      return checkQuicklist(type === RDB_TYPE.LIST_QUICKLIST_2, buf, from, to);
    case RDB_TYPE.STREAM_LISTPACKS:
    case RDB_TYPE.STREAM_LISTPACKS_2:
    case RDB_TYPE.STREAM_LISTPACKS_3:
      return checkStream(type, buf, from, to);
  }
}

type PackedCheck = (buf: Buffer, from: number, to: number, shape: PackedShape) => void;

function packed(check: PackedCheck, shape: PackedShape, buf: Buffer, from: number, to: number): void {
  if (block.readBlock(buf, from, to) !== to) throw broken('the value does not fit its type');
  check(block.buf, block.from, block.to, shape);
  block.release();
}

function checkQuicklist(second: boolean, buf: Buffer, from: number, to: number): void {
  let pos = number.read(buf, from, to);
  for (let nodes = number.value; nodes > 0; nodes--) {
    if (second) {
      pos = number.read(buf, pos, to);
      if (number.value === PLAIN_NODE) {
        pos = skipString(buf, pos, to);
        continue;
      }
    }
    pos = block.readBlock(buf, pos, to);
    if (second) checkListpack(block.buf, block.from, block.to, ELEMENTS);
    else checkZiplist(block.buf, block.from, block.to, ELEMENTS);
  }
  block.release();
}

/** A server makes a listpack of a small one and looks for no name twice, so the names do. */
function checkHash(buf: Buffer, from: number, to: number): void {
  names.begin();
  let pos = number.read(buf, from, to);
  for (let left = number.value; left > 0 && pos <= to; left--) {
    const end = skipString(buf, pos, to);
    if (end <= to && !names.add(buf, pos, end)) throw broken('a name is there twice');
    pos = skipString(buf, end, to);
  }
}

function checkIntset(buf: Buffer, from: number, to: number): void {
  if (block.readBlock(buf, from, to) !== to) throw broken('the value does not fit its type');
  intset.open(block.buf, block.from, block.to);
  if (!intset.sorted()) throw broken('an intset is not in order');
  block.release();
}
