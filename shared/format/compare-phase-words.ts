import type { CompareProgress } from '../model/comparison.ts';

export const COMPARE_PHASE_WORDS: Readonly<Record<CompareProgress['phase'], string>> = {
  'own-keys': 'looking for what Lockstep has noted there',
  source: 'comparing the keys of the source',
  target: 'looking for keys that only the target has',
  reread: 'reading keys that differed once more',
};
