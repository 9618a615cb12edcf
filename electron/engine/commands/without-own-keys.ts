import type { CommandRow, Given, IsOwn, LeftOf, Words } from './command-row.ts';

/**
 * The commands that do to the target what a command of the source did there to keys that are carried. Keys of the tool's
 * own (own-keys.ts) are never carried, so the target is to end as if they were not there on the source:
 *
 * - what changes own keys only is left out;
 * - of lists of keys that have nothing to do with one another the others stay (DEL, UNLINK, MSET, MSETNX, MSETEX);
 * - a key that takes an own name goes away (RENAME, RENAMENX), an element that goes to an own key is removed (SMOVE, LMOVE,
 *   RPOPLPUSH and their like), a member that comes from an own set is added (SMOVE);
 * - what becomes of an own key's value under another name cannot be known here (RENAME and COPY from one, the STORE family, BITOP,
 *   PFMERGE, LMOVE from one): there is no such command.
 *
 * @returns undefined where there is none
 */
export function withoutOwnKeys(
  row: CommandRow,
  given: Given,
  keys: readonly number[],
  changes: number,
  own: IsOwn,
): readonly Words[] | undefined {
  if (keys.length > 0 && keys.slice(0, changes).every(own)) return [];
  return row.withoutOwn?.(given, own, keys);
}

/** Keys that have nothing to do with one another, each with `step` - 1 arguments behind it; their number stands at `numberAt`. */
export const otherKeys =
  (step = 1, numberAt = 0): LeftOf =>
  (given, own, keys) => {
    const left = new Set<number>();
    for (const key of keys) if (own(key)) for (let i = key; i < key + step; i++) left.add(i);
    const words: (string | Buffer)[] = given.filter((_, i) => !left.has(i));
    if (numberAt > 0) words[numberAt] = String(keys.length - left.size / step);
    return [words];
  };

/** From argument 1 to the new name in argument 2. */
export const renamedAway: LeftOf = (given, own) => (own(1) ? undefined : [['DEL', given[1]!]]);

export const memberMoved: LeftOf = (given, own) => [
  own(1) ? ['SADD', given[2]!, given[3]!] : ['SREM', given[1]!, given[3]!],
];

/** `at` is the index of LEFT or RIGHT; without it the element comes from the right. */
export const elementTaken =
  (at?: number): LeftOf =>
  (given, own) => {
    if (own(1)) return undefined;
    const left = at !== undefined && /^left$/i.test(given[at]!.toString('latin1'));
    return [[left ? 'LPOP' : 'RPOP', given[1]!]];
  };
