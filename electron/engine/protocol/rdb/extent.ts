/** Where a body ends, found without decoding it. Source: Redis rdb.c: rdbLoadObject. */
import { broken } from './fault.ts';
import { Length, skipString } from './length.ts';
import { skipModuleValue } from './module-value.ts';
import { skipStreamValue } from './stream-extent.ts';
import { RDB_TYPE, type RdbType } from './types.ts';

const count = new Length();

/**
 * The end of the body of `type` that begins at `pos`; a position beyond `limit` if the bytes end first.
 * @throws RDB_BROKEN for bytes that fit no body of a known type
 */
export function skipBody(type: RdbType, buf: Buffer, pos: number, limit: number): number {
  switch (type) {
    case RDB_TYPE.STRING:
    case RDB_TYPE.HASH_ZIPMAP:
    case RDB_TYPE.LIST_ZIPLIST:
    case RDB_TYPE.SET_INTSET:
    case RDB_TYPE.ZSET_ZIPLIST:
    case RDB_TYPE.HASH_ZIPLIST:
    case RDB_TYPE.HASH_LISTPACK:
    case RDB_TYPE.ZSET_LISTPACK:
    case RDB_TYPE.SET_LISTPACK:
    case RDB_TYPE.HASH_LISTPACK_EX_PRE_GA:
      return skipString(buf, pos, limit);
    case RDB_TYPE.HASH_LISTPACK_EX:
      return skipString(buf, pos + 8, limit);
    case RDB_TYPE.LIST:
    case RDB_TYPE.SET:
    case RDB_TYPE.LIST_QUICKLIST:
      return skipStrings(buf, pos, limit, 1);
    case RDB_TYPE.HASH:
      return skipStrings(buf, pos, limit, 2);
    case RDB_TYPE.VALKEY_HASH_2:
      return skipTimed(buf, pos, limit);
    case RDB_TYPE.ZSET:
      return skipScored(buf, pos, limit, false);
    case RDB_TYPE.ZSET_2:
      return skipScored(buf, pos, limit, true);
    case RDB_TYPE.LIST_QUICKLIST_2:
    case RDB_TYPE.HASH_METADATA_PRE_GA:
      return skipTagged(buf, pos, limit, type === RDB_TYPE.LIST_QUICKLIST_2 ? 1 : 2);
    case RDB_TYPE.HASH_METADATA:
      return skipTagged(buf, pos + 8, limit, 2);
    case RDB_TYPE.STREAM_LISTPACKS:
    case RDB_TYPE.STREAM_LISTPACKS_2:
    case RDB_TYPE.STREAM_LISTPACKS_3:
      return skipStreamValue(type, buf, pos, limit);
    case RDB_TYPE.MODULE_2:
      return skipModuleValue(buf, pos, limit);
    default:
      throw broken(`unknown type ${String(type)}`);
  }
}

/** A count, then that many times `each` strings. */
function skipStrings(buf: Buffer, from: number, limit: number, each: number): number {
  let pos = count.read(buf, from, limit);
  for (let left = count.value * each; left > 0 && pos <= limit; left--) {
    // The commonest string, a short raw one, without a call.
    if (pos < limit && buf[pos]! < 0x40) pos += 1 + buf[pos]!;
    else pos = skipString(buf, pos, limit);
  }
  return pos;
}

/** A count, then that many times a length followed by `each` strings. */
function skipTagged(buf: Buffer, from: number, limit: number, each: number): number {
  let pos = count.read(buf, from, limit);
  for (let left = pos <= limit ? count.value : 0; left > 0 && pos <= limit; left--) {
    pos = count.readAny(buf, pos, limit);
    for (let i = 0; i < each && pos <= limit; i++) pos = skipString(buf, pos, limit);
  }
  return pos;
}

/** A count, then that many times two strings and eight bytes. */
function skipTimed(buf: Buffer, from: number, limit: number): number {
  let pos = count.read(buf, from, limit);
  for (let left = pos <= limit ? count.value : 0; left > 0 && pos <= limit; left--) {
    pos = skipString(buf, pos, limit);
    if (pos <= limit) pos = skipString(buf, pos, limit) + 8;
  }
  return pos;
}

/** A count, then that many times a string and a score: eight bytes, or a length byte and text. */
function skipScored(buf: Buffer, from: number, limit: number, binary: boolean): number {
  let pos = count.read(buf, from, limit);
  for (let left = pos <= limit ? count.value : 0; left > 0 && pos <= limit; left--) {
    pos = skipString(buf, pos, limit);
    if (binary) pos += 8;
    else if (pos < limit) pos += buf[pos]! < 253 ? 1 + buf[pos]! : 1;
    else pos++;
  }
  return pos;
}
