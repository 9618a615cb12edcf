import type { Redis } from 'ioredis';
import { ifRefused } from './reply-error.ts';

/** The names of a server's function libraries, in order; undefined where FUNCTION LIST is refused or not known. */
export async function libraryNames(redis: Redis): Promise<string[] | undefined> {
  const list: unknown = await redis.call('FUNCTION', 'LIST').catch(ifRefused(undefined));
  return namesIn(list);
}

/** The names in the answer to FUNCTION LIST; undefined for anything else. */
export function namesIn(list: unknown): string[] | undefined {
  if (!Array.isArray(list)) return undefined;
  return list
    .flatMap((library: unknown) => {
      const at = Array.isArray(library) ? library.indexOf('library_name') : -1;
      return at < 0 ? [] : [String((library as unknown[])[at + 1])];
    })
    .toSorted((a, b) => (a < b ? -1 : 1));
}

/** `2 function libraries (a, b)` */
export function describeLibraries(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  const what = names.length === 1 ? 'function library' : 'function libraries';
  return `${names.length} ${what} (${shown}${names.length > 5 ? ', …' : ''})`;
}
