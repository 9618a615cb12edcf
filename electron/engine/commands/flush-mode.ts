import type { Words } from './words.ts';

/** How FLUSHALL, FLUSHDB or SFLUSH is to empty, which stands last; '' where the command leaves it to the server. */
export function flushMode(words: Words): 'ASYNC' | 'SYNC' | '' {
  const last = words.length > 1 ? String(words.at(-1)).toUpperCase() : '';
  return last === 'ASYNC' || last === 'SYNC' ? last : '';
}
