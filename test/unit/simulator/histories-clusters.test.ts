import { expect, it } from 'vitest';
import { wrongHistories } from '../../support/histories.ts';

it.each(['target-cluster', 'source-cluster', 'both'] as const)(
  'histories of clusters end with both sides equal (%s)',
  async (topology) => {
    expect(await wrongHistories(0, 12, topology)).toEqual([]);
  },
  300_000,
);
