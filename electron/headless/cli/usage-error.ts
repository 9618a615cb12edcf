import type { CommanderError } from 'commander';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

/** What the option parser complains of, as a coded error. `args` are those of the command: some of them it would repeat. */
export function usageError({ message }: CommanderError, args: readonly string[]): LockstepError {
  const text = message.replace(/^error: /, '').replaceAll('\n', ' ');
  return new LockstepError('USAGE', withoutSecrets(text, args));
}

/** A value as an error may show it: what could be an address or hold a password is left out. */
export function shownValue(text: string): string {
  if (text.startsWith('-')) return `"${shownOption(text)}"`;
  return isHarmless(text) ? `"${text}"` : '"…"';
}

/** A parser for an option that names a server: of two, the one that is meant cannot be known. */
export function once(option: string): (value: string, before: string | undefined) => string {
  return (value, before) => {
    if (before !== undefined) throw new LockstepError('USAGE', `${option} is given twice`);
    return value;
  };
}

/** A parser for an option that may stand several times. */
export const each = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

const UNKNOWN = /^unknown (option|command) '([^]*)'( \(Did you mean [^]*\))?$/;

/** A word that was not understood may be a password that stood in the wrong place, or was glued to its option. */
function withoutSecrets(text: string, args: readonly string[]): string {
  const [, what, word = '', suggestion = ''] = UNKNOWN.exec(text) ?? [];
  if (what === 'option') return `unknown option '${shownOption(word)}'${suggestion}`;
  // Nothing that resembles a command of ours.
  if (what === 'command' && suggestion === '') return "unknown command '…'";
  return args.reduce((clean, arg) => (isHarmless(arg) ? clean : clean.replaceAll(arg, '…')), text);
}

/** The name of an option, without whatever may follow it. */
function shownOption(text: string): string {
  if (!text.startsWith('--')) return text.length > 2 ? `${text.slice(0, 2)}…` : text;
  const [, name = '', rest = ''] = /^(--[a-z-]*)([^]*)$/i.exec(text) ?? [];
  const [, glued] = /^(.*?(?:passw(?:or)?d|pass(?!w(?:or)?d)|secret|token|auth))./i.exec(name) ?? [];
  if (glued !== undefined) return `${glued}…`;
  if (rest === '') return name;
  return rest.startsWith('=') ? `${name}=…` : rest.startsWith(':') ? `${name}…` : '--…';
}

/** Short, and of what numbers, units and names of choices are made of: no address, and nobody's password but by chance. */
const isHarmless = (text: string): boolean => /^[\w .,%-]{0,40}$/.test(text);
