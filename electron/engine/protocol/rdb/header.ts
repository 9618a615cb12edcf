import { broken, unsupported } from './fault.ts';

export const HEADER_BYTES = 9;

const NEWEST_REDIS = 12;
const VALKEY = 80;

export interface RdbHeader {
  readonly version: number;
  /** Written by Valkey 9 or later, whose type and opcode numbers above Redis 12's differ. */
  readonly valkey: boolean;
}

/** Reads the magic in buf[at, at + 9). @throws RDB_BROKEN when it is none, RDB_UNSUPPORTED for a version not known */
export function readHeader(buf: Buffer, at: number): RdbHeader {
  const magic = buf.toString('latin1', at, at + HEADER_BYTES);
  const redis = /^REDIS(\d{4})$/.exec(magic);
  const valkey = /^VALKEY(\d{3})$/.exec(magic);
  const digits = redis?.[1] ?? valkey?.[1];
  if (digits === undefined) throw broken('the snapshot does not begin with REDIS or VALKEY and a version');
  const version = Number(digits);
  if (version === 0) throw broken('the snapshot claims version 0');
  const known = valkey ? version === VALKEY : version <= NEWEST_REDIS;
  if (!known) throw unsupported(`the snapshot has RDB version ${version}${valkey ? ' of Valkey' : ''}`);
  return { version, valkey: valkey !== null };
}
