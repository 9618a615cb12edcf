import type { ServerSummary } from '../../../../shared/model/server-summary.ts';
import { GB } from '../fixtures.ts';

/** What a connection test of a server says; a primary that holds data unless told otherwise. */
export const server = (change: Partial<ServerSummary> = {}): ServerSummary => ({
  product: 'Redis',
  version: '7.2.5',
  role: 'primary',
  replicatesFrom: null,
  cluster: false,
  loading: false,
  usedMemoryBytes: 3.1 * GB,
  maxMemoryBytes: 4 * GB,
  modules: [],
  databases: [{ db: 0, keys: 1_204_331, expires: 210_455 }],
  roundTripMs: 0.4,
  uptimeSeconds: 1_040_000,
  ...change,
});

export const emptyServer = (change: Partial<ServerSummary> = {}): ServerSummary =>
  server({ usedMemoryBytes: 1_100_000, maxMemoryBytes: 8 * GB, databases: [], roundTripMs: 12.4, ...change });

/** A server that uses all of its 16 databases. */
export const sixteenDatabases = (): ServerSummary =>
  server({
    databases: Array.from({ length: 16 }, (_, db) => ({
      db,
      keys: Math.round(2_400_000 / (db + 1) ** 2) + db,
      expires: Math.round(310_000 / (db + 1) ** 2),
    })),
  });
