import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { checkBody } from '../../protocol/rdb/sound-body.ts';
import type { RdbType } from '../../protocol/rdb/types.ts';
import { printableKey } from '../../protocol/resp/describe-command.ts';

/**
 * Looks at a value that the target would be given as it is, in buf[from, to) without its type.
 * @throws LockstepError VALUE_DAMAGED, which names the key in keyBuf[keyFrom, keyTo), where the target may die of it
 */
export function refuseDamaged(
  type: RdbType,
  db: number,
  keyBuf: Buffer,
  keyFrom: number,
  keyTo: number,
  buf: Buffer,
  from: number,
  to: number,
): void {
  try {
    checkBody(type, buf, from, to);
  } catch (error) {
    if (!(error instanceof LockstepError) || error.code !== 'RDB_BROKEN') throw error;
    const key = printableKey(keyBuf, keyFrom, keyTo);
    throw new LockstepError('VALUE_DAMAGED', `key ${key} of database ${db}: ${error.message}`, {
      cause: error,
    });
  }
}
