import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';

/** Names of keys are told whole; this is for those that are none. */
const KEY_SHOWN_BYTES = 1024;

/** The error of a snapshot whose bytes do not fit the format. */
export function broken(fact: string): LockstepError {
  return new LockstepError('RDB_BROKEN', fact);
}

/** The error of a snapshot that is newer than this release, or larger than it can hold. */
export function unsupported(fact: string): LockstepError {
  return new LockstepError('RDB_UNSUPPORTED', fact);
}

/** A key for people to read: printable ASCII as it is, the rest as \xHH, cut after a kilobyte. */
export function showKey(key: Buffer): string {
  let shown = '';
  for (const byte of key.subarray(0, KEY_SHOWN_BYTES)) {
    const plain = byte >= 0x20 && byte < 0x7f && byte !== 0x22 && byte !== 0x5c;
    shown += plain ? String.fromCharCode(byte) : `\\x${byte.toString(16).padStart(2, '0')}`;
  }
  return `"${shown}"${key.length > KEY_SHOWN_BYTES ? '…' : ''}`;
}

/** The key a fault belongs to, or what else to call it; made readable only when there is a fault. */
export type Owner = Buffer | string;

export function nameOf(owner: Owner): string {
  return typeof owner === 'string' ? owner : `the key ${showKey(owner)}`;
}

/** A fault in the bytes of a value, with the key it belongs to; any other error as it is. */
export function namingOwner(error: unknown, owner: Owner): unknown {
  if (!(error instanceof LockstepError) || error.code !== 'RDB_BROKEN') return error;
  return new LockstepError(error.code, `${error.message}, in ${nameOf(owner)}`, { cause: error });
}
