import { isOwnKey } from '../commands/own-keys.ts';
import { keySlot } from '../router/key-slot.ts';
import { keptKeysKey, type Checkpoint } from './checkpoint.ts';
import { keptSlotKey, type KeptSlots } from './kept-slots.ts';

/** The sets of names of keys that are the target's own. */
export interface KeptSets {
  /** The one that has the name in bytes[from, to) if any has it; undefined where none can. */
  of(bytes: Buffer, from?: number, to?: number): string | undefined;
  /** Of one server: that of each of its databases. undefined on a cluster, where each slot has its own. */
  readonly sole: string | undefined;
}

/** undefined where the target has no keys of its own. */
export function keptSets(
  task: string,
  { kept, keptSlots }: Pick<Checkpoint, 'kept' | 'keptSlots'>,
): KeptSets | undefined {
  if (!kept) return undefined;
  return keptSlots ? setsBySlot(task, keptSlots) : setsByDatabase(task);
}

export function setsByDatabase(task: string): KeptSets {
  const sole = keptKeysKey(task);
  return { of: () => sole, sole };
}

export function setsBySlot(task: string, { id, slots }: KeptSlots): KeptSets {
  const names = new Map<number, string>();
  return {
    of: (bytes, from = 0, to = bytes.length) => {
      const slot = keySlot(bytes, from, to);
      // A set has more in it than names of keys: see WHOLE.
      if (!slots.has(slot) || isOwnKey(bytes, from, to)) return undefined;
      let name = names.get(slot);
      if (name === undefined) names.set(slot, (name = keptSlotKey(task, id, slot)));
      return name;
    },
    sole: undefined,
  };
}
