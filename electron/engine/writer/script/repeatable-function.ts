import type { Words } from '../../commands/command-row.ts';

/** A command that may be sent to a node that has done it already. */
export interface Repeatable {
  readonly words: Words;
  /** What that node answers to it then. */
  readonly mayFail?: RegExp;
}

/** FUNCTION in a form that does the same however often it is run. Source: Redis functions.c. */
export function repeatable(words: Words): Repeatable {
  const upper = (index: number): string => String(words[index] ?? '').toUpperCase();
  switch (upper(1)) {
    case 'LOAD':
      return upper(2) === 'REPLACE'
        ? { words }
        : { words: [...words.slice(0, 2), 'REPLACE', ...words.slice(2)] };
    case 'DELETE':
      return { words, mayFail: /Library not found/ };
    case 'RESTORE':
      // What was appended on the source was not there before.
      return upper(3) === '' || upper(3) === 'APPEND'
        ? { words: [...words.slice(0, 3), 'REPLACE'] }
        : { words };
    default:
      return { words };
  }
}
