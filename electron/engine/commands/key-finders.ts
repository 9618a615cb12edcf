import type { ArgumentText } from './argument-text.ts';
import type { FoundKeys, KeyFinder, KeyPlaces } from './command-row.ts';

const ALL = Number.MAX_SAFE_INTEGER;

/** `changes` and `overwrites`: see KeyPlaces. */
export const places = (
  first: number,
  last: number,
  changes: number,
  overwrites: number,
  step = 1,
): KeyPlaces => ({ first, last, step, changes, overwrites });

/** The only key is argument 1, and what the command does depends on what it holds. */
export const ONE_KEY = places(1, 1, 1, 0);
/** The only key is argument 1, and it gets a new value or none; those with NX reach the stream only if it had none. */
export const ONE_KEY_OVERWRITTEN = places(1, 1, 1, 1);
/** Each of several keys gets a new value or none. */
export const KEYS_OVERWRITTEN = places(1, -1, ALL, ALL);
export const PAIRS_OVERWRITTEN = places(1, -1, ALL, ALL, 2);
export const KEYS_READ = places(1, -1, 0, 0);
/** Both are changed, depending on what they hold. */
export const TWO_KEYS = places(1, 2, 2, 0);
/** The first one is overwritten with what comes of the others. */
export const STORED = places(1, -1, 1, 1);
export const STORED_FROM_ONE = places(1, 2, 1, 1);

/** From argument 1 to the new name in argument 2. */
export const renamedKeys = (): FoundKeys => ({ keys: [2, 1], changes: 2, overwrites: 1 });

/** It moves only where nothing stands. */
export const movedKeys = (text: ArgumentText): FoundKeys | undefined =>
  inDatabase(text(2), { keys: [1, 1], changes: 2, overwrites: 1 });

/** XX, KEEPTTL, IFEQ and the like depend on what the key held. */
export function setKeys(text: ArgumentText, count: number): FoundKeys {
  for (let i = 3; i < count; i++) {
    const option = text(i).toUpperCase();
    if (/^(EX|PX|EXAT|PXAT)$/.test(option)) i += 1;
    else if (option !== 'NX') return { keys: [1], changes: 1, overwrites: 0 };
  }
  return { keys: [1], changes: 1, overwrites: 1 };
}

/** `numkeys` at index `at`, then that many keys, all of which may be changed, each with step - 1 arguments behind it. */
export const countedKeys =
  (at: number, step = 1): KeyFinder =>
  (text, count) => {
    const keys = countedFrom(text, count, at, step);
    return keys && { keys, changes: keys.length, overwrites: 0 };
  };

/** Those of a script, which may use others. */
export const declaredKeys: KeyFinder = (text, count) => {
  const keys = countedFrom(text, count, 2, 1);
  return keys && { keys, changes: keys.length, overwrites: 0, partly: true };
};

/** The destination in argument 1, then `numkeys` and the keys that are read. */
export const storedFromCounted: KeyFinder = (text, count) => {
  const keys = countedFrom(text, count, 2, 1);
  return keys && { keys: [1, ...keys], changes: 1, overwrites: 1 };
};

function countedFrom(text: ArgumentText, count: number, at: number, step: number): number[] | undefined {
  const number = text(at);
  if (!/^\d{1,9}$/.test(number) || Number(number) > count) return undefined;
  return Array.from({ length: Number(number) }, (_, i) => at + 1 + i * step);
}

/** With BY or GET patterns it reads keys that only the elements tell. */
export function sortKeys(text: ArgumentText, count: number): FoundKeys {
  let store = 0;
  let partly: true | undefined;
  for (let i = 2; i < count; i++) {
    const option = text(i).toUpperCase();
    if (option === 'STORE') store = ++i;
    else if (option === 'LIMIT') i += 2;
    else if (option === 'BY' || option === 'GET') {
      const pattern = text(++i);
      if (option === 'BY' ? pattern.includes('*') : pattern !== '#') partly = true;
    }
  }
  return partly ? { ...stored(store), partly } : stored(store);
}

/** GEORADIUS and GEORADIUSBYMEMBER, the options of which begin at an index of their own. */
export const geoKeys =
  (firstOption: number): KeyFinder =>
  (text, count) => {
    let store = 0;
    for (let i = firstOption; i < count - 1; i++) if (/^STORE(DIST)?$/i.test(text(i))) store = ++i;
    return stored(store);
  };

/** Argument 1 is read, and what comes of it goes to the key at index `store`, if that is not 0. */
const stored = (store: number): FoundKeys =>
  store > 0 ? { keys: [store, 1], changes: 1, overwrites: 1 } : { keys: [1], changes: 0, overwrites: 0 };

/** XREADGROUP GROUP g c … STREAMS key … id … */
export function streamKeys(text: ArgumentText, count: number): FoundKeys | undefined {
  for (let i = 4; i < count; i++) {
    if (!/^STREAMS$/i.test(text(i))) continue;
    const streams = (count - i - 1) / 2;
    if (!Number.isInteger(streams)) return undefined;
    const keys = Array.from({ length: streams }, (_, n) => i + 1 + n);
    return { keys, changes: keys.length, overwrites: 0 };
  }
  return undefined;
}

export function copyKeys(text: ArgumentText, count: number): FoundKeys | undefined {
  const found = { keys: [2, 1], changes: 1, overwrites: 1 };
  for (let i = 3; i < count; i++) if (/^DB$/i.test(text(i))) return inDatabase(text(i + 1), found);
  return found;
}

function inDatabase(db: string, found: FoundKeys): FoundKeys | undefined {
  return /^\d{1,9}$/.test(db) ? { ...found, otherDb: Number(db) } : undefined;
}
