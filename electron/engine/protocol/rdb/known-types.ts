import { broken, nameOf, unsupported } from './fault.ts';
import { FIRST_OPCODE } from './opcodes.ts';
import { Piece } from './piece.ts';
import { RDB_TYPE } from './types.ts';

const UNUSED_TYPE = 8;

/** For each byte that may stand where a type should, 1 if no value can be read after it. */
export function refusedTypes(valkey: boolean): Uint8Array {
  // Valkey 9 gives the numbers behind those that it shares with Redis to values of its own.
  const last = valkey ? RDB_TYPE.STREAM_LISTPACKS_3 : RDB_TYPE.HASH_LISTPACK_EX;
  const refused = new Uint8Array(256).fill(1, last + 1, FIRST_OPCODE);
  refused[UNUSED_TYPE] = 1;
  refused[RDB_TYPE.MODULE_PRE_GA] = 1;
  return refused;
}

/** The error for a refused type at buf[at], naming the key behind it if that is there. */
export function refusal(valkey: boolean, buf: Buffer, at: number, to: number): Error {
  const type = buf[at]!;
  const preRelease = type === RDB_TYPE.MODULE_PRE_GA;
  if (!preRelease && (!valkey || type === UNUSED_TYPE)) return broken(`unknown type ${type}`);
  const key = new Piece();
  const named = key.read(buf, at + 1, to) <= to ? nameOf(key.buf.subarray(key.from, key.to)) : 'a key';
  return unsupported(
    preRelease
      ? `${named} is a value of a module in the form of the Redis 4.0 release candidates`
      : `${named} has the type ${type} of Valkey 9`,
  );
}
