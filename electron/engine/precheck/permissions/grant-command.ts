import type { Question } from './needed-commands.ts';
import type { Right } from './ask-rights.ts';

/**
 * Past this many, all but what administers the server or sends its data elsewhere is granted, and of that what is needed.
 */
const MOST_NAMED = 20;
/** Of these, some subcommands are in the category `admin`. */
const ADMIN = new Set(['config', 'client', 'module', 'psync', 'replconf']);

export interface Lacking {
  /** Names of commands, in small letters, with their subcommand. */
  readonly commands: readonly string[];
  /** Keys of some names may not be accessed. */
  readonly keys: boolean;
}

/** What the answers lack among the questions that `which` chooses. */
export function lacking(
  questions: readonly Question[],
  answers: readonly Right[],
  which: (question: Question) => boolean,
): Lacking {
  const of = (right: Right): Question[] =>
    questions.filter((question, i) => answers[i] === right && which(question));
  return {
    commands: [...new Set(of('command-denied').map(({ name }) => name))],
    keys: of('key-denied').length > 0,
  };
}

/** The commands that the server does not know under their name, among the questions that `which` chooses. */
export function unknownCommands(
  questions: readonly Question[],
  answers: readonly Right[],
  which: (question: Question) => boolean,
): string[] {
  return questions
    .filter((question, i) => answers[i] === 'not-known' && which(question))
    .map(({ name }) => name);
}

/** What to say with a grant. */
export const KEEPS_GRANT = 'With an ACL file, ACL SAVE keeps it over a restart.';

/** `ACL SETUSER app ~* +psync +info`. */
export function grantCommand(user: string, { commands, keys }: Lacking): string {
  const named =
    commands.length > MOST_NAMED ? commands.filter((name) => ADMIN.has(name.split('|')[0]!)) : commands;
  return [
    'ACL SETUSER',
    user,
    ...(keys ? ['~*'] : []),
    ...(commands.length > MOST_NAMED ? ['+@all', '-@admin', '-migrate'] : []),
    ...named.map((name) => `+${name}`),
  ].join(' ');
}

/** `SET, DEL and 12 more`, in capitals. */
export function listCommands(names: readonly string[]): string {
  const shown = names.slice(0, 8).map((name) => name.replace('|', ' ').toUpperCase());
  return names.length > shown.length
    ? `${shown.join(', ')} and ${names.length - shown.length} more`
    : shown.join(', ');
}
