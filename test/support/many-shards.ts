import { Cluster } from 'ioredis';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { SLOTS } from '../../electron/engine/router/key-slot.ts';
import { eventually } from './eventually.ts';
import { freePort } from './free-port.ts';
import { startRedis, type RedisProcess } from './redis-server.ts';

/** A cluster of many primaries on 127.0.0.1, without persistence. */
export interface ManyShards {
  /** In the order of their slots. */
  readonly servers: readonly RedisProcess[];
  readonly url: string;
  /** Knows the slots. */
  readonly client: Cluster;
  stop(): Promise<void>;
}

/** The nodes know one another from their start: to introduce each to each takes time in proportion to the square of their number. */
export async function startManyShards(count: number): Promise<ManyShards> {
  const ports = new Set<number>();
  while (ports.size < 2 * count) ports.add(await freePort());
  const all = [...ports];
  const [own, buses] = [all.slice(0, count), all.slice(count)];
  const idOf = (node: number): string => node.toString(16).padStart(40, '0');
  const slotsOf = (node: number): string =>
    `${Math.floor((node * SLOTS) / count)}-${Math.floor(((node + 1) * SLOTS) / count) - 1}`;
  const nodesAsSeenBy = (teller: number): string =>
    [
      ...own.map((port, node) => {
        const flags = node === teller ? 'myself,master' : 'master';
        const place = `127.0.0.1:${port}@${buses[node]}`;
        return `${idOf(node)} ${place} ${flags} - 0 0 ${node + 1} connected ${slotsOf(node)}`;
      }),
      `vars currentEpoch ${count} lastVoteEpoch 0`,
      '',
    ].join('\n');
  const dirs = own.map(() => mkdtempSync(path.join(tmpdir(), 'lockstep-shard-')));
  const servers: RedisProcess[] = [];
  const client = new Cluster(
    own.slice(0, 3).map((port) => ({ host: '127.0.0.1', port })),
    { lazyConnect: true },
  );
  client.on('error', () => {});
  const stop = async (): Promise<void> => {
    client.disconnect();
    await Promise.all(servers.map((server) => server.stop()));
    for (const dir of dirs) rmSync(dir, { recursive: true, force: true });
  };
  try {
    await Promise.all(
      own.map(async (port, node) => {
        const dir = dirs[node]!;
        writeFileSync(path.join(dir, 'nodes.conf'), nodesAsSeenBy(node));
        const bus = ['--cluster-port', String(buses[node])];
        const args = ['--cluster-enabled', 'yes', '--cluster-config-file', 'nodes.conf', ...bus];
        servers.push(await startRedis({ port, dir, args: [...args, '--cluster-node-timeout', '30000'] }));
      }),
    );
    // In the order of their slots, and not in that in which they came up.
    servers.sort((a, b) => own.indexOf(a.port) - own.indexOf(b.port));
    const clients = servers.map((server) => server.client());
    await eventually('every node finds the cluster well', async () => {
      const infos = await Promise.all(clients.map((one) => one.call('CLUSTER', 'INFO')));
      return infos.every((info) => String(info).includes('cluster_state:ok'));
    });
    return { servers, url: `redis://127.0.0.1:${own[0]}`, client, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
