import { parseSort } from './sort-options.ts';
import type { Given, Words } from './words.ts';

/**
 * How a command is done on a cluster where its keys lie in several slots: a node takes no command with keys of two of them, not even
 * in a script where both are its own (`Redis cluster.c: getNodeByQuery`).
 */
export type Crossing = Parts | Apart | Gathers | Carries | Sorts;

/** A list of keys that have nothing to do with one another: each slot gets a command of its own. */
export interface Parts {
  readonly kind: 'parts';
  /** The words of one key: itself, and its value if there are two. */
  readonly step: 1 | 2;
  /** The index of their number, 0 for none. */
  readonly numberAt: number;
}

/** Each key gets what is left of the command without the others (CommandRow.withoutOwn), which together do the same. */
export interface Apart {
  readonly kind: 'apart';
}

/** The keys that it only reads are brought as they are under other names, and it is run on these. It writes its first key alone. */
export interface Gathers {
  readonly kind: 'gathers';
}

/** SORT of keys that only the elements tell: what it takes of them is looked up, and the list that comes of it is written. */
export interface Sorts {
  readonly kind: 'sorts';
}

/** Something is taken from the key in argument 1 and put to the key in argument 2. */
export interface Carries {
  readonly kind: 'carries';
  /** The key that it came from loses it (CommandRow.withoutOwn), in its own lane after the other one. */
  readonly moves: boolean;
  /** The element of a list that goes; without it the whole value does, with its expiry. */
  readonly element?: CarriedElement;
}

export interface CarriedElement {
  readonly read: (given: Given) => Words;
  readonly put: (given: Given, element: Buffer) => Words;
}

export const parts = (step: 1 | 2, numberAt = 0): Crossing => ({ kind: 'parts', step, numberAt });
export const APART: Crossing = { kind: 'apart' };
export const GATHERS: Crossing = { kind: 'gathers' };
export const COPIED: Crossing = { kind: 'carries', moves: false };
export const RENAMED: Crossing = { kind: 'carries', moves: true };

/** `from` and `to` are the indices of LEFT or RIGHT; without them it goes from the right to the left. */
export const elementMoved = (from?: number, to?: number): Crossing => ({
  kind: 'carries',
  moves: true,
  element: {
    read: (given) => ['LINDEX', given[1]!, isLeft(given, from, false) ? '0' : '-1'],
    put: (given, element) => [isLeft(given, to, true) ? 'LPUSH' : 'RPUSH', given[2]!, element],
  },
});

const isLeft = (given: Given, at: number | undefined, otherwise: boolean): boolean =>
  at === undefined ? otherwise : /^left$/i.test(given[at]!.toString('latin1'));

/**
 * SORT: nodes refuse GET, and BY with a pattern, but for those whose keys all lie in the slot of the one that is sorted, on some versions.
 * A single GET # gives what comes without it.
 */
export function sortOnCluster(given: Given): Given | Sorts {
  const { by, unsorted, gets } = parseSort(given);
  const plain = by === undefined || unsorted;
  if (!plain || gets.length > 1 || gets.some((get) => !get.equals(ITSELF))) return SORTS;
  if (gets.length === 0) return given;
  const at = given.findIndex((word, i) => i > 1 && /^get$/i.test(word.toString('latin1')));
  return given.filter((_, i) => i !== at && i !== at + 1);
}

const ITSELF = Buffer.from('#');
const SORTS: Sorts = { kind: 'sorts' };
