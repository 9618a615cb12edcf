import type { ErrorCode } from '../../../shared/errors/catalogue.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { refusalKind } from '../protocol/refusal-kind.ts';

const CODES: readonly (readonly [RegExp, ErrorCode])[] = [
  [/^OOM/, 'TARGET_OUT_OF_MEMORY'],
  [/^READONLY/, 'TARGET_READ_ONLY'],
  [/^MISCONF/, 'TARGET_NOT_PERSISTING'],
  [/^NOREPLICAS/, 'TARGET_LACKS_REPLICAS'],
  [/^MASTERDOWN/, 'TARGET_READ_ONLY'],
  [
    /^ERR (Protocol error: invalid (bulk|multibulk) length|string exceeds maximum allowed)/i,
    'TARGET_VALUE_TOO_LARGE',
  ],
  [/^ERR Protocol error/i, 'TARGET_PROTOCOL'],
  [/^NOPERM/, 'TARGET_NO_PERMISSION'],
  [/^(MOVED|ASK|TRYAGAIN) /, 'TARGET_SLOTS_MOVED'],
  [/^CLUSTERDOWN/, 'TARGET_CLUSTER_DOWN'],
  [/DB index is out of range|invalid DB index/i, 'TARGET_DATABASES'],
  [/^ERR (Function|Library) .* already exists/i, 'FUNCTION_CONFLICT'],
  [/^ERR (DUMP payload|Bad data format)/i, 'VALUE_UNSUPPORTED'],
  [/^ERR unknown (command|subcommand)/i, 'COMMAND_UNSUPPORTED'],
  [/^ERR.*Module.*(not loaded|unknown)/i, 'MODULE_MISSING'],
];

/** What the wrapper of a script answers (pipeline/script-wrapper.ts). */
const OF_SCRIPT = /^LOCKSTEP (SCRIPT_REFUSED|FLUSH_NEEDS_CONSENT|DATABASE_CROSSING|TARGET_DATABASES) (.*)$/s;

/** The coded error for an error reply of the target (`text` without the leading `-`) to `what` (a command and its key). */
export function targetError(text: string, what: string): LockstepError {
  const ofScript = OF_SCRIPT.exec(text);
  if (ofScript) return new LockstepError(ofScript[1] as ErrorCode, ofScript[2]!.slice(0, 300));
  const fact = `${what}: the target answered "${text.slice(0, 200)}"`;
  const kind = refusalKind(text);
  if (kind) return new LockstepError(`TARGET_${kind}`, fact);
  for (const [pattern, code] of CODES) if (pattern.test(text)) return new LockstepError(code, fact);
  return new LockstepError('TARGET_REJECTED', fact);
}
