import type { Redis } from 'ioredis';
import { OWN_PREFIX } from '../../commands/own-keys.ts';
import type { Words } from '../../commands/command-row.ts';
import type { CrossingPlan } from '../../router/crossing-plan.ts';
import { slotTag } from '../../router/slot-tag.ts';
import { checkCarried } from './carried-bytes.ts';

/** What the node of the key that is written is to run. */
export interface Gathered {
  readonly commands: readonly Words[];
  /** Names that stand there only while the commands run. */
  readonly names: readonly string[];
}

/**
 * A command that reads keys of other slots as what it becomes on the node of the key that it writes: their values under names of the
 * tool's own in the slot of that key, the command on these names, and the names removed.
 */
export async function gatheredCommands(
  { name, given, keys, to }: CrossingPlan,
  onSlot: (slot: number) => Promise<Redis>,
): Promise<Gathered> {
  const named = new Map<string, string>();
  const restores: Words[] = [];
  const names: string[] = [];
  const words: (string | Buffer)[] = [...given];
  let bytes = 0;
  for (const { index, slot } of keys) {
    if (slot === to.slot) continue;
    const key = given[index]!;
    const text = key.toString('latin1');
    let other = named.get(text);
    if (other === undefined) {
      const value = await (await onSlot(slot)).dumpBuffer(key);
      other = value === null ? keyNeverThere(to.slot) : ownName(to.slot, String(names.length));
      named.set(text, other);
      if (value !== null) {
        checkCarried(name, (bytes += value.length));
        restores.push(['RESTORE', other, '0', value, 'REPLACE']);
        names.push(other);
      }
    }
    words[index] = other;
  }
  const removal: readonly Words[] = names.length > 0 ? [['UNLINK', ...names]] : [];
  return { commands: [...restores, words, ...removal], names };
}

/** A name in this slot that no key ever has. */
export const keyNeverThere = (slot: number): string => ownName(slot, 'none');

const ownName = (slot: number, part: string): string => `${OWN_PREFIX}{${slotTag(slot)}}:crossing:${part}`;
