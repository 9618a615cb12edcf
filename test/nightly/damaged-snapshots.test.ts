import { describe } from 'vitest';
import { testDamagedSnapshots } from '../support/rdb/damaged-snapshots.ts';

const SEED = Number(process.env['LOCKSTEP_SEED'] ?? Date.now() % 100_000);

describe(`damaged snapshots, seed ${SEED}`, () => {
  testDamagedSnapshots(SEED, 20);
});
