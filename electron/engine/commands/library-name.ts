import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** Names are letters, digits and underscores; a word may be quoted (`Redis functions.c: functionExtractLibMetaData`). */
const SHEBANG = /^#!\S+(?:\s.*)?\s["']?name=["']?(\w+)["']?(?:\s|$)/i;

/** The name of a function library from the first line of its code, `#!lua name=mylib`. @throws LockstepError SOURCE_PROTOCOL */
export function libraryName(code: Buffer): string {
  const end = code.indexOf(10);
  const line = code.toString('latin1', 0, Math.min(end < 0 ? code.length : end, 10_000));
  const name = SHEBANG.exec(line.trimEnd())?.[1];
  if (name === undefined) throw new LockstepError('SOURCE_PROTOCOL', 'a function library has no name');
  return name;
}
