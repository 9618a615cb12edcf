import type { CommandRow, Given, Words } from '../commands/command-row.ts';
import type { Parts } from '../commands/crossing.ts';
import type { PlacedKey } from './crossing-plan.ts';

/** A command that a lane gets as its part of another. */
export interface LanePart {
  readonly lane: number;
  readonly words: Words;
}

/** One command for each slot, with the keys of the list that lie there in their order. */
export function partsOf(
  { step, numberAt }: Parts,
  given: Given,
  keys: readonly PlacedKey[],
): readonly LanePart[] {
  const head = given.slice(0, keys[0]!.index);
  const tail = given.slice(keys.at(-1)!.index + step);
  const slots = new Map<number, { readonly lane: number; readonly list: Buffer[] }>();
  for (const { index, slot, lane } of keys) {
    let part = slots.get(slot);
    if (!part) slots.set(slot, (part = { lane, list: [] }));
    for (let i = index; i < index + step; i++) part.list.push(given[i]!);
  }
  return [...slots.values()].map(({ lane, list }) => {
    const words: (string | Buffer)[] = [...head, ...list, ...tail];
    if (numberAt > 0) words[numberAt] = String(list.length / step);
    return { lane, words };
  });
}

/** What is left for each of its keys without the others. */
export const apart = (row: CommandRow, given: Given, keys: readonly PlacedKey[]): readonly LanePart[] =>
  keys.flatMap((key) =>
    leftOf(row, given, keys, (other) => other.slot !== key.slot).map((words) => ({ lane: key.lane, words })),
  );

/** What is left without some of its keys. */
export function leftOf(
  { name, withoutOwn }: CommandRow,
  given: Given,
  keys: readonly PlacedKey[],
  without: (key: PlacedKey) => boolean,
): readonly Words[] {
  const gone = new Set(keys.filter(without).map(({ index }) => index));
  const indices = keys.map(({ index }) => index);
  const left = withoutOwn?.(given, (index) => gone.has(index), indices);
  if (!left) throw new Error(`${name} says nothing of what is left of it`);
  return left;
}
