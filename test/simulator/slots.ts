import { keySlot } from '../../electron/engine/router/key-slot.ts';
import type { CommandRow } from './command-rows.ts';

const slots = new Map<string, number>();

/** The slot of a key, which is asked for again and again. */
export function slotOf(key: string): number {
  let slot = slots.get(key);
  if (slot === undefined) {
    if (slots.size > 100_000) slots.clear();
    slots.set(key, (slot = keySlot(Buffer.from(key, 'latin1'))));
  }
  return slot;
}

/** The keys of a command, as its row tells; of a script those that it declares. */
export function keysOf({ name, first, last, step }: CommandRow, words: readonly string[]): readonly string[] {
  if (name === 'eval' || name === 'evalsha') return words.slice(3, 3 + Number(words[2]));
  if (first === 0) return [];
  const end = last < 0 ? words.length + last : last;
  const keys: string[] = [];
  for (let at = first; at <= end; at += step) keys.push(words[at]!);
  return keys;
}

export type KeysBySlot = ReadonlyMap<number, readonly string[]>;

export function bySlot(keys: Iterable<string>): KeysBySlot {
  const found = new Map<number, string[]>();
  for (const key of keys) {
    const there = found.get(slotOf(key));
    if (there) there.push(key);
    else found.set(slotOf(key), [key]);
  }
  return found;
}
