import type { CompareProgress } from '../../../shared/model/comparison.ts';
import { CHECKPOINT_DB } from '../checkpoint/checkpoint.ts';
import type { KeyCounts } from './key-counts.ts';

/**
 * Tells at once, and from then on with each page, how far the search for names of the tool's own is on the sides that have these counts: on
 * large servers it takes seconds, before which nothing is compared. @returns what is told of names that were passed
 */
export function searchProgress(
  sides: readonly ReadonlyMap<number, KeyCounts>[],
  tell: (progress: CompareProgress) => void = () => undefined,
): (names: number) => void {
  const keysTotal = sides.reduce((sum, counts) => sum + (counts.get(CHECKPOINT_DB)?.keys ?? 0), 0);
  let keysDone = 0;
  const onPassed = (names: number): void => {
    // A page has about as many as were asked for.
    keysDone = Math.min(keysTotal, keysDone + names);
    tell({ db: CHECKPOINT_DB, phase: 'own-keys', keysDone, keysTotal, differences: 0 });
  };
  onPassed(0);
  return onPassed;
}
