import type { CommanderError } from 'commander';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** What the option parser complains of, as a coded error. `args` are those of the command: some of them it would repeat. */
export function usageError({ message }: CommanderError, args: readonly string[]): LockstepError {
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new LockstepError('USAGE', withoutValues(text, args));
}

/** A value as an error may show it: what could be an address or hold a password is left out. */
export const shownValue = (text: string): string => (mayBeSecret(text) ? '"…"' : `"${text.slice(0, 80)}"`);

/** A parser for an option that names a server: of two, the one that is meant cannot be known. */
export function once(option: string): (value: string, before: string | undefined) => string {
  return (value, before) => {
    if (before !== undefined) throw new LockstepError('USAGE', `${option} is given twice`);
    return value;
  };
}

function withoutValues(text: string, args: readonly string[]): string {
  let clean = text;
  for (const arg of args) {
    const equals = arg.startsWith('-') ? arg.indexOf('=') : -1;
    // A misspelt option is repeated with whatever follows it.
    if (equals > 0) clean = clean.replaceAll(arg, `${arg.slice(0, equals)}=…`);
    else if (mayBeSecret(arg)) clean = clean.replaceAll(arg, '…');
  }
  return clean;
}

const mayBeSecret = (text: string): boolean => text.includes('@') || text.includes('://');
