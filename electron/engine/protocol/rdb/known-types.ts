import { nameOf, broken, unsupported } from './fault.ts';
import { FIRST_OPCODE } from './opcodes.ts';
import { Piece } from './piece.ts';
import { RDB_TYPE, type RdbType } from './types.ts';

const UNUSED_TYPE = 8;
/** The numbers up to this one mean the same in both. */
const LAST_SHARED = RDB_TYPE.STREAM_LISTPACKS_3;

/** In place of a type: no value can be read after this byte. */
export const REFUSED = 0xffff;

const REDIS = typesOf((byte) => (byte <= RDB_TYPE.HASH_LISTPACK_EX ? byte : REFUSED));
const VALKEY = typesOf((byte) =>
  byte <= LAST_SHARED ? byte : byte === (RDB_TYPE.VALKEY_HASH_2 & 0xff) ? RDB_TYPE.VALKEY_HASH_2 : REFUSED,
);

/** The type that a byte stands for where a type should stand, or REFUSED; Valkey 9 has types of its own. */
export const knownTypes = (valkey: boolean): Uint16Array => (valkey ? VALKEY : REDIS);

function typesOf(typeOf: (byte: number) => number): Uint16Array {
  const types = Uint16Array.from({ length: FIRST_OPCODE }, (_, byte) => typeOf(byte));
  types[UNUSED_TYPE] = REFUSED;
  types[RDB_TYPE.MODULE_PRE_GA] = REFUSED;
  return types;
}

/**
 * The error for a refused type at buf[at], naming the key behind it.
 * @returns undefined when not all of the key is there, which may still come unless it is longer than a window
 */
export function refusal(
  valkey: boolean,
  buf: Buffer,
  at: number,
  to: number,
  mayGrow: boolean,
): Error | undefined {
  const type = buf[at]! as RdbType;
  const preRelease = type === RDB_TYPE.MODULE_PRE_GA;
  if (!preRelease && (!valkey || (type as number) === UNUSED_TYPE)) return broken(`unknown type ${type}`);
  const key = new Piece();
  const isWhole = key.read(buf, at + 1, to) <= to;
  if (!isWhole && mayGrow) return undefined;
  const named = isWhole ? nameOf(key.buf.subarray(key.from, key.to)) : 'a key';
  return unsupported(
    preRelease
      ? `${named} is a value of a module in the form of the Redis 4.0 release candidates`
      : `${named} has the type ${type} of Valkey, which this release does not know`,
  );
}
