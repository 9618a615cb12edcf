import { MOST_TOLD, type CutoverSide } from '../../../shared/model/cutover-facts.ts';
import { byActivity } from './client-list.ts';

/**
 * The primaries of a cluster as one side: counts are added up, what is not the same on all is told with how many have it, and of users and
 * libraries the source has those that any of its nodes has, the target those that all have.
 */
export function joinedSide(side: 'source' | 'target', nodes: readonly CutoverSide[]): CutoverSide {
  const [first] = nodes;
  if (!first || nodes.length === 1) return first!;
  const clients = nodes.map((node) => node.clients);
  const names = side === 'source' ? anyOf : allOf;
  return {
    writes: sum(nodes.map(({ writes }) => writes)),
    offset: sum(nodes.map(({ offset }) => offset)),
    clients: clients.every((own) => own !== null)
      ? {
          total: clients.reduce((all, { total }) => all + total, 0),
          told: clients
            .flatMap(({ told }) => told)
            .toSorted(byActivity)
            .slice(0, MOST_TOLD),
        }
      : null,
    servers: nodes.length,
    persistence: inWords(nodes.map(({ persistence }) => persistence)),
    replicas: nodes.reduce((all, { replicas }) => all + replicas, 0),
    policy: inWords(nodes.map(({ policy }) => policy)),
    users: names(nodes.map(({ users }) => users)),
    libraries: names(nodes.map(({ libraries }) => libraries)),
    settings: Object.fromEntries(
      Object.keys(first.settings).flatMap((name) => {
        const text = inWords(nodes.map(({ settings }) => settings[name] ?? null));
        return text === null ? [] : [[name, text]];
      }),
    ),
  };
}

type Known<T> = readonly (T | null)[];

const isKnown = <T>(all: Known<T>): all is readonly T[] => all.every((one) => one !== null);

const sum = (counts: Known<number>): number | null =>
  isKnown(counts) ? counts.reduce((all, one) => all + one, 0) : null;

/** `RDB`, or `RDB on 2 of 3, none on 1 of 3`. */
function inWords(texts: Known<string>): string | null {
  if (!isKnown(texts)) return null;
  const different = [...new Set(texts)].toSorted();
  if (different.length === 1) return different[0]!;
  const count = (text: string): number => texts.filter((one) => one === text).length;
  return different
    .map((text) => `${text === '' ? 'empty' : text} on ${count(text)} of ${texts.length}`)
    .join(', ');
}

const anyOf = (lists: Known<readonly string[]>): string[] | null =>
  isKnown(lists) ? [...new Set(lists.flat())].toSorted().slice(0, MOST_TOLD) : null;

const allOf = (lists: Known<readonly string[]>): string[] | null =>
  isKnown(lists) ? lists[0]!.filter((name) => lists.every((list) => list.includes(name))) : null;
