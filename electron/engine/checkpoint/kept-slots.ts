import { OWN_PREFIX } from '../commands/own-keys.ts';
import { SlotSet } from '../router/slot-set.ts';
import { slotTag } from '../router/slot-tag.ts';
import { taskOf } from './task-parts.ts';

/**
 * Of a cluster: where the names of the target's own keys are kept. Each slot that has any has a set of them, which lies in it, and so moves,
 * fails over and goes back with the keys that it names.
 */
export interface KeptSlots {
  /** Tells the sets of one noting from those of another, which a run that lost the task may still write. */
  readonly id: string;
  /** Those that have a set. */
  readonly slots: SlotSet;
}

/** In each set once it has all names: a set without it says nothing. No key that is noted begins so. */
export const WHOLE = `${OWN_PREFIX}whole`;

const FORM = /^([0-9a-f]{8}) ([-0-9,]+)$/;

/** What the sets that a run makes are told by. */
export const keptId = (owner: string): string => owner.slice(0, 8);

/** All parts of a task have the same. */
export const keptSlotKey = (task: string, id: string, slot: number): string =>
  `${OWN_PREFIX}{${slotTag(slot)}}:kept:${id}:${taskOf(task)}`;

/** The id that is in the name of such a set of a task; undefined for any other key. */
export function keptIdIn(task: string, key: Buffer): string | undefined {
  const text = key.toString('utf8');
  const [, id, of] = /^lockstep:\{[0-9a-z]+\}:kept:([0-9a-f]{8}):([^]*)$/.exec(text) ?? [];
  return of === taskOf(task) ? id : undefined;
}

/** Those of a part; of a task without parts all. */
export const keptAmong = ({ id, slots }: KeptSlots, own: SlotSet | undefined): KeptSlots => ({
  id,
  slots: own ? slots.and(own) : slots,
});

export const formatKeptSlots = ({ id, slots }: KeptSlots): string => `${id} ${slots}`;

/** undefined for what is none. */
export function parseKeptSlots(text: string): KeptSlots | undefined {
  const [, id, slotText = ''] = FORM.exec(text) ?? [];
  const slots = SlotSet.parse(slotText);
  return id !== undefined && slots ? { id, slots } : undefined;
}
