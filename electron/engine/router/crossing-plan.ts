import type { Crossing } from '../commands/crossing.ts';
import type { Given, Words } from '../commands/command-row.ts';

/** A command whose keys lie in several lanes, which neither of them can do alone. */
export interface CrossingPlan {
  /** In small letters. */
  readonly name: string;
  readonly crossing: Exclude<Crossing, { readonly kind: 'parts' }>;
  readonly given: Given;
  /** Indices of arguments; of one that gathers the first is the key that it writes. */
  readonly keys: readonly number[];
  /** The lane of each of them. */
  readonly lanes: readonly number[];
  /** What remains for the lane of argument 1 where the command moves something from there. */
  readonly left?: readonly Words[];
}

/** The index of the key that is written. */
export const destinationOf = ({ crossing, keys }: CrossingPlan): number =>
  crossing.kind === 'carries' ? 2 : keys[0]!;

export const laneOfKey = ({ keys, lanes }: CrossingPlan, index: number): number =>
  lanes[keys.indexOf(index)]!;
