import type { CommandRow } from './command-row.ts';

/** Whether argument 1 is the command's only key, whatever follows it. */
export function hasOneKeyFirst({ keys }: CommandRow): boolean {
  if (typeof keys !== 'object') return false;
  return 'last' in keys ? keys.first === 1 && keys.last === 1 : true;
}

export interface KeysInFront {
  readonly first: number;
  readonly last: number;
}

/** Where the keys stand in front of everything else, whatever follows, or those that decide about it; undefined where they do not. */
export function keysInFront(row: CommandRow): KeysInFront | undefined {
  const { keys, keysTold } = row;
  if (hasOneKeyFirst(row)) return { first: 1, last: 1 };
  if (keysTold)
    return typeof keys === 'object' && 'last' in keys ? { ...keys, last: keys.first } : { first: 1, last: 1 };
  return typeof keys === 'object' && 'last' in keys && keys.last > 0 && keys.step === 1 ? keys : undefined;
}
