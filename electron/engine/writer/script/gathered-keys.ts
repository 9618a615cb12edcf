import type { Redis } from 'ioredis';
import { OWN_PREFIX } from '../../commands/own-keys.ts';
import type { Given, Words } from '../../commands/command-row.ts';
import type { CrossingPlan, PlacedKey } from '../../router/crossing-plan.ts';
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
  const foreign = new Map<string, PlacedKey>();
  for (const key of keys) if (key.slot !== to.slot) foreign.set(text(given, key), key);
  const read = [...foreign].map(async ([id, { index, slot }]) => {
    const redis = await onSlot(slot);
    return { id, value: await redis.dumpBuffer(given[index]!) };
  });
  const restores: Words[] = [];
  const names: string[] = [];
  const named = new Map<string, string>();
  let bytes = 0;
  for (const { id, value } of await Promise.all(read)) {
    if (value === null) {
      named.set(id, keyNeverThere(to.slot));
      continue;
    }
    checkCarried(name, (bytes += value.length));
    const other = ownName(to.slot, String(names.length));
    named.set(id, other);
    restores.push(['RESTORE', other, '0', value, 'REPLACE']);
    names.push(other);
  }
  const words: (string | Buffer)[] = [...given];
  for (const key of keys) words[key.index] = named.get(text(given, key)) ?? given[key.index]!;
  const removal: readonly Words[] = names.length > 0 ? [['UNLINK', ...names]] : [];
  return { commands: [...restores, words, ...removal], names };
}

const text = (given: Given, { index }: PlacedKey): string => given[index]!.toString('latin1');

/** A name in this slot that no key ever has. */
export const keyNeverThere = (slot: number): string => ownName(slot, 'none');

const ownName = (slot: number, part: string): string => `${OWN_PREFIX}{${slotTag(slot)}}:crossing:${part}`;
