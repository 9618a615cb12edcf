import type { Given } from './words.ts';

/** SORT as its words tell it. Source: Redis sort.c: sortCommandGeneric. */
export interface SortOptions {
  readonly descending: boolean;
  readonly alpha: boolean;
  readonly offset: number;
  /** Negative for all. */
  readonly count: number;
  /** The keys of the weights, with a `*` for the element; undefined where the elements are their own. */
  readonly by: Buffer | undefined;
  /** BY something that is no pattern: the elements keep their order. */
  readonly unsorted: boolean;
  /** What is taken for each element, in this order; none takes the element. */
  readonly gets: readonly Buffer[];
  /** The index of the key of the result; 0 for none. */
  readonly store: number;
}

export function parseSort(given: Given): SortOptions {
  let [descending, alpha, unsorted, offset, count, store] = [false, false, false, 0, -1, 0];
  let by: Buffer | undefined;
  const gets: Buffer[] = [];
  for (let i = 2; i < given.length; i++) {
    switch (given[i]!.toString('latin1').toUpperCase()) {
      case 'ASC':
        descending = false;
        break;
      case 'DESC':
        descending = true;
        break;
      case 'ALPHA':
        alpha = true;
        break;
      case 'LIMIT':
        offset = Number(given[++i]);
        count = Number(given[++i]);
        break;
      case 'STORE':
        store = ++i;
        break;
      case 'BY':
        by = given[++i]!;
        unsorted ||= !by.includes('*');
        break;
      case 'GET':
        gets.push(given[++i]!);
    }
  }
  return { descending, alpha, offset, count, by, unsorted, gets, store };
}

/** Where a pattern leads for an element. */
export interface SortPlace {
  readonly key: Buffer;
  /** Of a hash. */
  readonly field?: Buffer;
}

/** undefined where the pattern has no place for the element. Source: Redis sort.c: lookupKeyByPattern. */
export function placeOf(pattern: Buffer, element: Buffer): SortPlace | undefined {
  const star = pattern.indexOf('*');
  if (star < 0) return undefined;
  const arrow = pattern.indexOf('->', star + 1);
  const end = arrow < 0 || arrow + 2 === pattern.length ? pattern.length : arrow;
  const key = Buffer.concat([pattern.subarray(0, star), element, pattern.subarray(star + 1, end)]);
  return end === pattern.length ? { key } : { key, field: pattern.subarray(arrow + 2) };
}

/**
 * The elements in order, those that are taken. Where texts of BY are the same their order is the one that they had, as it is with
 * servers whose system sorts so. Of a set that is an order of each server's own: a replica of the source has another one as well.
 *
 * @param weights of each element; undefined where it is its own
 */
export function sortedElements(
  elements: readonly Buffer[],
  weights: readonly (Buffer | null)[] | undefined,
  { descending, alpha, offset, count, unsorted }: SortOptions,
): readonly Buffer[] {
  const order = elements.map((_, i) => i);
  if (!unsorted) {
    const compare = alpha ? byText(elements, weights) : byNumber(elements, weights);
    order.sort((a, b) => (descending ? compare(b, a) : compare(a, b)));
  } else if (descending) order.reverse();
  const from = Math.max(offset, 0);
  const taken = count < 0 ? order.slice(from) : order.slice(from, from + count);
  return taken.map((i) => elements[i]!);
}

type Compare = (a: number, b: number) => number;

function byText(elements: readonly Buffer[], weights: readonly (Buffer | null)[] | undefined): Compare {
  if (!weights) return (a, b) => Buffer.compare(elements[a]!, elements[b]!);
  return (a, b) => {
    const [one, other] = [weights[a], weights[b]];
    if (one && other) return Buffer.compare(one, other);
    return Number(Boolean(one)) - Number(Boolean(other));
  };
}

function byNumber(elements: readonly Buffer[], weights: readonly (Buffer | null)[] | undefined): Compare {
  const scores = (weights ?? elements).map(scoreOf);
  return (a, b) => {
    const [one, other] = [scores[a]!, scores[b]!];
    if (one !== other) return one > other ? 1 : -1;
    return Buffer.compare(elements[a]!, elements[b]!);
  };
}

/** As strtod reads it; what is none has not come this far on the source. */
function scoreOf(value: Buffer | null): number {
  const text = value?.toString('latin1') ?? '';
  const infinite = /^\s*([+-]?)inf(inity)?$/i.exec(text);
  if (infinite) return infinite[1] === '-' ? -Infinity : Infinity;
  return Number(text) || 0;
}
