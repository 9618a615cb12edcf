import type { Bound } from './lateness.ts';

/**
 * What holds of the expiring keys that a task has on its target. It is recorded in the checkpoint, so that whoever comes next
 * knows what the keys may bear.
 *
 * - `exact`: every time is true, as after a hand-over.
 * - `long`, `small`: every time within the long bound is that late.
 * - `imported`: every time is true, and no key goes by the target's clock (import-mode of Valkey).
 * - the others are on the way to one of these: what is written anew bears it already, and a walk brings the rest.
 */
export const EXPIRY_STATES = [
  'exact',
  'imported',
  'holding',
  'long',
  'shortening',
  'small',
  'lengthening',
  'releasing',
] as const;
export type ExpiryState = (typeof EXPIRY_STATES)[number];

export type ExpiryEvent =
  /** The stream is to be applied, or a copy begins. */
  | 'follow'
  /** The same where the target lets no key go by its own clock. */
  | 'import'
  /** The target has what the source had a moment ago. */
  | 'in-step'
  /** The lag comes near the small bound, or nothing is to be applied for a while. */
  | 'lagging'
  /** The walk has seen every key. */
  | 'walked'
  /** The target is handed over. */
  | 'release';

interface Row {
  /** What is written anew. */
  readonly writes: Bound;
  /** The least that any key may be late by. */
  readonly least: Bound;
  /** Whether keys are still to be brought to what is written. */
  readonly walks: boolean;
  readonly next: Partial<Record<ExpiryEvent, ExpiryState>>;
}

const row = (
  writes: Bound,
  least: Bound,
  walks: boolean,
  next: Partial<Record<ExpiryEvent, ExpiryState>>,
): Row => ({ writes, least, walks, next: { release: 'releasing', ...next } });

/** From which state what leads where; what is not here changes nothing. */
const TABLE: Readonly<Record<ExpiryState, Row>> = {
  exact: row('exact', 'exact', false, { follow: 'holding', import: 'imported', release: 'exact' }),
  imported: row('exact', 'exact', false, { follow: 'holding' }),
  holding: row('long', 'exact', true, { walked: 'long' }),
  long: row('long', 'long', false, { 'in-step': 'shortening' }),
  shortening: row('small', 'small', true, { walked: 'small', lagging: 'lengthening' }),
  small: row('small', 'small', false, { lagging: 'lengthening' }),
  lengthening: row('long', 'small', true, { walked: 'long', 'in-step': 'shortening' }),
  releasing: row('exact', 'exact', true, { walked: 'exact', follow: 'holding' }),
};

export const nextExpiryState = (state: ExpiryState, event: ExpiryEvent): ExpiryState =>
  TABLE[state].next[event] ?? state;

/** What a key or field that is written anew bears. */
export const writtenBound = (state: ExpiryState): Bound => TABLE[state].writes;
/** The least that any key of the task may be late by. */
export const leastBound = (state: ExpiryState): Bound => TABLE[state].least;
/** Whether a walk is due. */
export const walks = (state: ExpiryState): boolean => TABLE[state].walks;

/** Whether the target keeps what has expired until the source's own DEL. */
export const keepsExpired = (state: ExpiryState): boolean => state === 'imported';

/**
 * What may hold of a target's keys where several servers have noted it and some of them went back to an earlier state: `own` is what the
 * checkpoint of the task says, `told` what those servers say. Whatever any of them says is allowed for: keys may be as little late as the
 * least of it, and a walk brings them to one bound again.
 */
export function jointState(own: ExpiryState, told: readonly ExpiryState[]): ExpiryState {
  if (leastBound(own) === 'exact') return own;
  const all = [own, ...told];
  if (all.some((state) => leastBound(state) === 'exact')) return 'releasing';
  if (all.every((state) => state === own)) return own;
  return all.includes('lengthening') ? 'lengthening' : 'shortening';
}
