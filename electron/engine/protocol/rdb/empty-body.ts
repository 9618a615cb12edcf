import { RDB_TYPE, type RdbType } from './types.ts';

/** Bodies of the packed types that have no elements are no longer than this. */
const LONGEST_EMPTY_BODY = 1 + 8 + 11;

/**
 * Whether a body is a collection without elements. Servers with certain old faults have saved such keys; every server
 * discards them when it loads a snapshot, and refuses them in RESTORE. Source: Redis rdb.c: RDB_LOAD_ERR_EMPTY_KEY.
 */
export function isEmptyBody(type: RdbType, buf: Buffer, from: number, to: number): boolean {
  if (to - from > LONGEST_EMPTY_BODY) return false;
  switch (type) {
    case RDB_TYPE.LIST:
    case RDB_TYPE.SET:
    case RDB_TYPE.ZSET:
    case RDB_TYPE.ZSET_2:
    case RDB_TYPE.HASH:
    case RDB_TYPE.LIST_QUICKLIST:
    case RDB_TYPE.LIST_QUICKLIST_2:
    case RDB_TYPE.HASH_METADATA_PRE_GA:
    case RDB_TYPE.VALKEY_HASH_2:
      return buf[from] === 0;
    case RDB_TYPE.HASH_METADATA:
      return buf[from + 8] === 0;
    case RDB_TYPE.HASH_ZIPMAP:
      return to - from === 1 + 2;
    case RDB_TYPE.LIST_ZIPLIST:
    case RDB_TYPE.ZSET_ZIPLIST:
    case RDB_TYPE.HASH_ZIPLIST:
      return to - from === 1 + 11;
    case RDB_TYPE.SET_INTSET:
      return to - from === 1 + 8;
    case RDB_TYPE.HASH_LISTPACK:
    case RDB_TYPE.ZSET_LISTPACK:
    case RDB_TYPE.SET_LISTPACK:
    case RDB_TYPE.HASH_LISTPACK_EX_PRE_GA:
      return to - from === 1 + 7;
    case RDB_TYPE.HASH_LISTPACK_EX:
      return to - from === 8 + 1 + 7;
    default:
      return false;
  }
}
