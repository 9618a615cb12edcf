import { vi } from 'vitest';
import { testDamagedSnapshots } from '../../../../support/rdb/damaged-snapshots.ts';

// A busy machine may need several times what these take alone.
vi.setConfig({ testTimeout: 120_000 });

testDamagedSnapshots(20, 1);
