import type { Difference } from '../model/comparison.ts';
import type { NamedKeyText } from '../model/key-repair.ts';
import { nameOfPrintable } from './printable-name.ts';

/** A key that was found different, by all bytes of its name; undefined for a library, and for a name that is not known whole. */
export function namedKeyOf({
  db,
  key,
  keyBase64,
}: Pick<Difference, 'db' | 'key' | 'keyBase64'>): NamedKeyText | undefined {
  const name = keyBase64 ?? nameOfPrintable(key);
  return db === null || name === undefined ? undefined : { db, key: name };
}
