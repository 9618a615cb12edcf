import type { Keyspace } from './keyspace.ts';

export interface InfoFacts {
  readonly version: string;
  readonly keyspace: Keyspace;
  readonly runId: string;
  readonly clustered: boolean;
  readonly clients: number;
  readonly errors: number;
  readonly calls: ReadonlyMap<string, number>;
}

const lines = (...all: readonly string[]): string => `${all.join('\r\n')}\r\n`;

/** What each section is made by, when it is asked for. */
export type InfoSections = Readonly<Record<string, () => string>>;

/** The sections of INFO of a primary, as far as the engine reads them. */
export function infoSections(facts: InfoFacts): InfoSections {
  return {
    server: () =>
      lines(
        '# Server',
        `redis_version:${facts.version}`,
        `redis_mode:${facts.clustered ? 'cluster' : 'standalone'}`,
        `run_id:${facts.runId}`,
      ),
    clients: () => lines('# Clients', `connected_clients:${facts.clients}`),
    persistence: () => lines('# Persistence', 'loading:0', 'rdb_last_bgsave_status:ok'),
    cluster: () => lines('# Cluster', `cluster_enabled:${facts.clustered ? 1 : 0}`),
    memory: () => lines('# Memory', 'used_memory:1000000', 'maxmemory:0', 'maxmemory_policy:noeviction'),
    stats: () => lines('# Stats', 'evicted_keys:0', `total_error_replies:${facts.errors}`),
    replication: () => lines('# Replication', 'role:master', `master_replid:${'0'.repeat(40)}`),
    keyspace: () => lines('# Keyspace', ...keyspaceLines(facts.keyspace)),
    commandstats: () =>
      lines(
        '# Commandstats',
        ...[...facts.calls].map(([name, calls]) => `cmdstat_${name}:calls=${calls},usec=0`),
      ),
  };
}

function keyspaceLines({ databases }: Keyspace): string[] {
  return [...databases]
    .filter(([, entries]) => entries.size > 0)
    .sort(([a], [b]) => a - b)
    .map(([db, entries]) => {
      let expires = 0;
      for (const { expireAtMs } of entries.values()) if (expireAtMs !== undefined) expires += 1;
      return `db${db}:keys=${entries.size},expires=${expires},avg_ttl=0`;
    });
}
