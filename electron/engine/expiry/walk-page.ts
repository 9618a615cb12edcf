import type { HeldSlots } from '../checkpoint/guarded-node.ts';
import type { KeptSets } from '../checkpoint/kept-sets.ts';
import type { SlotSet } from '../router/slot-set.ts';
import type { Lateness } from './late-expiry.ts';

/** Where a walk is, and what it does there. */
export interface WalkPlace {
  /** See GuardedNode. */
  readonly guardKey: string;
  /** Nothing is changed once the guard has another. */
  readonly epoch: number;
  readonly db: number;
  /** What times are brought to. */
  readonly lateness: Lateness;
  /** COUNT of SCAN. */
  readonly pageKeys: number;
  /** Of a part, or of a node of a cluster: keys elsewhere are left alone. undefined for all. */
  readonly slots: SlotSet | undefined;
  /** See HeldSlots. */
  readonly holds: HeldSlots | undefined;
  /** Of keys that were carried alone. */
  readonly carriedOnly: boolean;
  /** Where the names are that are the target's own, which are left alone. */
  readonly keptKeys: KeptSets | undefined;
  readonly fieldExpiry: boolean;
}

export type WalkPage =
  | {
      readonly kind: 'walked';
      /** `0` at the end. */
      readonly cursor: string;
      /** Times of keys and fields that were changed. */
      readonly changed: number;
      /** The earliest true time on the page, in Unix ms; 0 when nothing on it expires. */
      readonly earliestMs: number;
      /** Hashes whose fields are to be walked by themselves. */
      readonly hashes: readonly Buffer[];
    }
  | { readonly kind: 'deposed'; readonly epoch: string }
  /** The node has another configuration epoch by now. */
  | { readonly kind: 'moved'; readonly epoch: string };
