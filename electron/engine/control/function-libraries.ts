import type { Redis } from 'ioredis';
import { ifRefused } from './reply-error.ts';

/**
 * The names of the function libraries of a side, in order, be they on one of its servers alone; undefined where FUNCTION LIST is refused
 * or not known.
 */
export async function libraryNames(servers: readonly Redis[]): Promise<string[] | undefined> {
  const names = new Set<string>();
  for (const redis of servers) {
    const own = namesIn(await redis.call('FUNCTION', 'LIST').catch(ifRefused(undefined)));
    if (!own) return undefined;
    for (const name of own) names.add(name);
  }
  return inOrder([...names]);
}

/** The names in the answer to FUNCTION LIST; undefined for anything else. */
export function namesIn(list: unknown): string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  const names = list.flatMap((library: unknown) => {
    const at = Array.isArray(library) ? library.indexOf('library_name') : -1;
    return at < 0 ? [] : [String((library as unknown[])[at + 1])];
  });
  return inOrder(names);
}

const inOrder = (names: readonly string[]): string[] => names.toSorted((a, b) => (a < b ? -1 : 1));

/** `2 function libraries (a, b)` */
export function describeLibraries(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  const what = names.length === 1 ? 'function library' : 'function libraries';
  return `${names.length} ${what} (${shown}${names.length > 5 ? ', …' : ''})`;
}
