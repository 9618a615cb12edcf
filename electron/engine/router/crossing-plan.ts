import type { Carries, Gathers, Sorts } from '../commands/crossing.ts';
import type { Given, Words } from '../commands/command-row.ts';

/** A key of a command: the index of its argument, its slot and its lane. */
export interface PlacedKey {
  readonly index: number;
  readonly slot: number;
  readonly lane: number;
}

/** A command whose keys lie in several slots, for which something has to be brought from one to another. */
export interface CrossingPlan {
  /** In small letters. */
  readonly name: string;
  readonly crossing: Gathers | Carries | Sorts;
  readonly given: Given;
  readonly keys: readonly PlacedKey[];
  /** The one that is written. */
  readonly to: PlacedKey;
  /** The database of the one that is written, where the command names one. */
  readonly otherDb: number | undefined;
  /** What remains for the slot of argument 1 where the command moves something from there. */
  readonly left?: readonly Words[];
}
