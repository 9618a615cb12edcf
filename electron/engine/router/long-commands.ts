import type { CommandRow, Words } from '../commands/command-row.ts';

/**
 * The most words of a command that a script runs: Lua has 8,000 places for them (`Redis deps/lua: LUAI_MAXCSTACK`).
 */
export const MOST_WORDS = 7900;

/** Several commands that do the same when they are run in one step; undefined where it can't be divided. */
export function piecesOf({ parts, elements }: CommandRow, words: Words): readonly Words[] | undefined {
  if (words.length <= MOST_WORDS) return [words];
  const list = elements?.(words) ?? parts;
  if (!list || (words.length - list.head) % list.step !== 0) return undefined;
  const head = words.slice(0, list.head);
  const taken = Math.floor((MOST_WORDS - list.head) / list.step) * list.step;
  const pieces: Words[] = [];
  for (let at = list.head; at < words.length; at += taken)
    pieces.push([...head, ...words.slice(at, at + taken)]);
  return pieces;
}
