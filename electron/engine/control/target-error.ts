import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^OOM/, 'TARGET_OUT_OF_MEMORY'],
  [/^READONLY/, 'TARGET_READ_ONLY'],
  [/^LOADING/, 'TARGET_LOADING'],
  [/^MISCONF/, 'TARGET_NOT_PERSISTING'],
  [/^NOREPLICAS|^MASTERDOWN|^BUSY\b|^UNKILLABLE/, 'TARGET_LINK_LOST'],
  [/^NOAUTH|^WRONGPASS|invalid password|invalid username|without any password/i, 'TARGET_AUTH'],
  [/^NOPERM/, 'TARGET_NO_PERMISSION'],
  [/^MOVED|^ASK |^CROSSSLOT|^CLUSTERDOWN/, 'TARGET_CLUSTER'],
  [/DB index is out of range|invalid DB index/i, 'TARGET_DATABASES'],
  [/^ERR (DUMP payload|Bad data format)/i, 'VALUE_UNSUPPORTED'],
  [/^ERR unknown (command|subcommand)/i, 'COMMAND_UNSUPPORTED'],
  [/^ERR.*Module.*(not loaded|unknown)/i, 'MODULE_MISSING'],
];

/** The coded error for an error reply of the target (`text` without the leading `-`) to `what` (a command and its key). */
export function targetError(text: string, what: string): LockstepError {
  const fact = `${what}: the target answered "${text.slice(0, 200)}"`;
  for (const [pattern, code] of CODES) if (pattern.test(text)) return new LockstepError(code, fact);
  return new LockstepError('TARGET_REJECTED', fact);
}
