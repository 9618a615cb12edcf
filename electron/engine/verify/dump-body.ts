import type { ValueKind } from '../protocol/rdb/types.ts';
import { kindOf } from '../protocol/rdb/value-kind.ts';

/** DUMP ends in 2 bytes of RDB version and 8 of checksum, which differ between versions of the server. */
const TRAILER_BYTES = 10;

/** The first type byte of a hash whose fields expire, and the last; 22 and 23 mean different things to the forks. */
const FIRST_HASH_WITH_TTL = 22;
const LAST_FORKED_HASH = 23;
const LAST_HASH_WITH_TTL = 25;

/** The kind of value in the reply of DUMP; undefined when the type is not known here. */
export function kindOfDump(dump: Buffer): ValueKind | undefined {
  return kindOf(dump[0]!);
}

/** Whether the reply of DUMP holds a hash with fields that expire. */
export function hasFieldTtl(dump: Buffer): boolean {
  const type = dump[0]!;
  return type >= FIRST_HASH_WITH_TTL && type <= LAST_HASH_WITH_TTL;
}

/**
 * Whether two replies of DUMP prove the values equal. False proves nothing: the same set may lie in memory in another
 * order, in another encoding, or be compressed differently.
 */
export function dumpsProveEqual(source: Buffer, target: Buffer): boolean {
  const type = source[0]!;
  if (type >= FIRST_HASH_WITH_TTL && type <= LAST_FORKED_HASH) return false;
  const end = source.length - TRAILER_BYTES;
  return source.length === target.length && source.compare(target, 0, end, 0, end) === 0;
}
