/**
 * RDB value types, with the names of Redis rdb.h. A snapshot holds the lowest byte of these numbers: what Valkey means by a
 * number that Redis uses for something else lies above 255 here (Valkey rdb.h: RDB_TYPE_HASH_2 is 22).
 */
export const RDB_TYPE = {
  STRING: 0,
  LIST: 1,
  SET: 2,
  ZSET: 3,
  HASH: 4,
  ZSET_2: 5,
  MODULE_PRE_GA: 6,
  MODULE_2: 7,
  HASH_ZIPMAP: 9,
  LIST_ZIPLIST: 10,
  SET_INTSET: 11,
  ZSET_ZIPLIST: 12,
  HASH_ZIPLIST: 13,
  LIST_QUICKLIST: 14,
  STREAM_LISTPACKS: 15,
  HASH_LISTPACK: 16,
  ZSET_LISTPACK: 17,
  LIST_QUICKLIST_2: 18,
  STREAM_LISTPACKS_2: 19,
  SET_LISTPACK: 20,
  STREAM_LISTPACKS_3: 21,
  HASH_METADATA_PRE_GA: 22,
  HASH_LISTPACK_EX_PRE_GA: 23,
  HASH_METADATA: 24,
  HASH_LISTPACK_EX: 25,
  VALKEY_HASH_2: 0x116,
} as const;

export type RdbType = (typeof RDB_TYPE)[keyof typeof RDB_TYPE];

/** The kinds of value that commands know. */
export type ValueKind = 'string' | 'list' | 'set' | 'zset' | 'hash' | 'stream' | 'module';

/** The first RDB version in which a server knows the type; RESTORE of it needs a target of at least that version. */
export const RDB_VERSION_OF_TYPE: Readonly<Record<RdbType, number>> = {
  0: 1,
  1: 1,
  2: 1,
  3: 1,
  4: 1,
  5: 8,
  6: 8,
  7: 8,
  9: 1,
  10: 2,
  11: 2,
  12: 2,
  13: 2,
  14: 7,
  15: 9,
  16: 10,
  17: 10,
  18: 10,
  19: 10,
  20: 11,
  21: 11,
  22: 12,
  23: 12,
  24: 12,
  25: 12,
  [0x116]: 80,
};
