import type { NodeSummary } from '../../../../shared/model/cluster-summary.ts';
import type { ServerSummary } from '../../../../shared/model/server-summary.ts';
import { GB } from '../fixtures.ts';

/** What a connection test of a server says; a primary that holds data unless told otherwise. */
export const server = (change: Partial<ServerSummary> = {}): ServerSummary => ({
  product: 'Redis',
  version: '7.2.5',
  role: 'primary',
  foundAt: null,
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

/** A primary that one of its three Sentinels names. */
export const watchedServer = (): ServerSummary =>
  server({
    foundAt: '10.0.0.1:6379',
    sentinels: [
      { address: 's1.example:26379', names: '10.0.0.1:6379', fault: null },
      { address: 's2.example:26379', names: '10.0.0.2:6379', fault: null },
      {
        ...{ address: 's3.example:26379', names: null },
        fault: { code: 'SOURCE_SENTINEL_UNREACHABLE', fact: 's3.example:26379: connection refused' },
      },
    ],
  });

/** A server that uses all of its 16 databases. */
export const sixteenDatabases = (): ServerSummary =>
  server({
    databases: Array.from({ length: 16 }, (_, db) => ({
      db,
      keys: Math.round(2_400_000 / (db + 1) ** 2) + db,
      expires: Math.round(310_000 / (db + 1) ** 2),
    })),
  });

const node = (at: number, change: Partial<NodeSummary> = {}): NodeSummary => ({
  id: String(at).repeat(40),
  address: `10.0.0.${at}:6379`,
  reachedAt: `10.0.0.${at}:6379`,
  role: at > 3 ? 'replica' : 'primary',
  replicatesFrom: at > 3 ? `10.0.0.${at - 3}:6379` : null,
  slots: at > 3 ? '' : ['0-5460', '5461-10922', '10923-16383'][at - 1]!,
  slotCount: at > 3 ? 0 : [5461, 5462, 5461][at - 1]!,
  health: 'well',
  version: '7.2.5',
  usedMemoryBytes: at * GB,
  roundTripMs: 0.3 + at / 10,
  fault: null,
  ...change,
});

/** Three primaries with a replica each, one of which cannot be reached. */
export const clusterServer = (): ServerSummary =>
  server({
    cluster: true,
    usedMemoryBytes: 6 * GB,
    topology: {
      shards: 3,
      uncoveredSlots: 0,
      movingSlots: 1,
      nodes: [
        ...[node(1), node(4), node(2, { reachedAt: '127.0.0.1:7002' }), node(5)],
        node(3, {
          ...{ version: null, usedMemoryBytes: null, roundTripMs: null },
          fault: { code: 'SOURCE_UNREACHABLE', fact: '10.0.0.3:6379: no answer for 8 s' },
        }),
        node(6),
      ],
    },
  });
