import type { ValueKind } from './types.ts';

/** The kind of value per RDB type byte (Redis rdb.h). 26 is the stream of Redis 8.6; 22 is a hash in Valkey 9 as well. */
const KIND_OF_TYPE: readonly (ValueKind | undefined)[] = [
  'string',
  'list',
  'set',
  'zset',
  'hash',
  'zset',
  'module',
  'module',
  undefined,
  'hash',
  'list',
  'set',
  'zset',
  'hash',
  'list',
  'stream',
  'hash',
  'zset',
  'list',
  'stream',
  'set',
  'stream',
  'hash',
  'hash',
  'hash',
  'hash',
  'stream',
];

/** The kind of value behind an RDB type or the byte that stands for one; undefined when it is not known here. */
export const kindOf = (type: number): ValueKind | undefined => KIND_OF_TYPE[type & 0xff];
