import { Cluster } from 'ioredis';
import type { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { openControl } from '../../engine/control/control-connection.ts';
import { SLOTS } from '../../engine/router/key-slot.ts';
import { systemWorld } from '../../engine/world/system-world.ts';
import { DemoServer } from './demo-server.ts';

const SETTLE_TIMEOUT_MS = 30_000;
const POLL_MS = 50;
const KEYS_AT_ONCE = 100;

interface Node {
  readonly server: DemoServer;
  readonly redis: Redis;
  readonly id: string;
}

/** A real cluster of our own on free loopback ports: primaries, and a replica of the first. It ends with this process. */
export class DemoCluster {
  private readonly nodes: readonly Node[];
  /** Knows the slots; errors while they move are retried by it. */
  readonly client: Cluster;

  private constructor(nodes: readonly Node[]) {
    this.nodes = nodes;
    this.client = new Cluster([{ host: this.endpoint.host, port: this.endpoint.port }]);
    this.client.on('error', () => undefined);
  }

  /** @throws LockstepError USAGE when there is no redis-server on PATH */
  static async start(primaries: number): Promise<DemoCluster> {
    const nodes: Node[] = [];
    try {
      for (let i = 0; i <= primaries; i++) nodes.push(await startNode());
      for (const { redis } of nodes)
        for (const { server } of nodes) {
          const { host, port } = server.endpoint;
          await redis.call('CLUSTER', 'MEET', host, String(port));
        }
      for (let i = 0; i < primaries; i++) {
        const [first, end] = [i, i + 1].map((n) => Math.floor((n * SLOTS) / primaries)) as [number, number];
        const slots = Array.from({ length: end - first }, (_, n) => String(first + n));
        await nodes[i]!.redis.call('CLUSTER', 'ADDSLOTS', ...slots);
      }
      const [leader] = nodes;
      const replica = nodes.at(-1)!;
      await until('the replica knows its primary', () =>
        replica.redis.call('CLUSTER', 'REPLICATE', leader!.id).then(
          () => true,
          () => false,
        ),
      );
      const cluster = new DemoCluster(nodes);
      await cluster.settled();
      await until('the replica is fed', async () =>
        (await replica.redis.info('replication')).includes('master_link_status:up'),
      );
      return cluster;
    } catch (error) {
      await Promise.all(nodes.map(({ server }) => server.stop()));
      throw error;
    }
  }

  /** Any of its nodes is enough. */
  get endpoint(): Endpoint {
    return this.nodes[0]!.server.endpoint;
  }

  /** Gives slots of the second primary to the third, with all their keys, as redis-cli's reshard does. @returns keys that were carried */
  async reshard(slots: readonly number[]): Promise<number> {
    const [, from, to] = this.nodes as readonly [Node, Node, Node, ...Node[]];
    let carried = 0;
    for (const slot of slots) {
      await to.redis.call('CLUSTER', 'SETSLOT', String(slot), 'IMPORTING', from.id);
      await from.redis.call('CLUSTER', 'SETSLOT', String(slot), 'MIGRATING', to.id);
      const { host, port } = to.server.endpoint;
      for (;;) {
        const asked = ['GETKEYSINSLOT', String(slot), String(KEYS_AT_ONCE)];
        const keys = await from.redis.callBuffer('CLUSTER', ...asked);
        const names = Array.isArray(keys) ? keys.filter((key) => Buffer.isBuffer(key)) : [];
        if (names.length === 0) break;
        await from.redis.call('MIGRATE', host, String(port), '', '0', '5000', 'KEYS', ...names);
        carried += names.length;
      }
      for (const { redis } of [to, from]) await redis.call('CLUSTER', 'SETSLOT', String(slot), 'NODE', to.id);
    }
    await this.settled();
    return carried;
  }

  /** The replica of the first primary takes its place. */
  async failover(): Promise<void> {
    const replica = this.nodes.at(-1)!;
    await replica.redis.call('CLUSTER', 'FAILOVER');
    await until('the replica has become the primary', async () =>
      (await replica.redis.info('replication')).includes('role:master'),
    );
    await this.settled();
  }

  /** Calls the listener when one of the nodes has ended, in whatever way. */
  onExit(listener: () => void): void {
    for (const { server } of this.nodes) server.onExit(listener);
  }

  async stop(): Promise<void> {
    this.client.disconnect();
    for (const { redis } of this.nodes) redis.disconnect();
    await Promise.all(this.nodes.map(({ server }) => server.stop()));
  }

  /** Every node finds the cluster well. */
  private settled(): Promise<void> {
    return until('every node finds the cluster well', async () => {
      const told = await Promise.all(this.nodes.map(({ redis }) => redis.call('CLUSTER', 'INFO')));
      return told.every((info) => String(info).includes('cluster_state:ok'));
    });
  }
}

async function startNode(): Promise<Node> {
  const server = await DemoServer.start([
    ...['--cluster-enabled', 'yes', '--cluster-node-timeout', '3000'],
    ...['--cluster-config-file', 'nodes.conf'],
  ]);
  const redis = await openControl(systemWorld, 'source', server.endpoint);
  return { server, redis, id: String(await redis.call('CLUSTER', 'MYID')) };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  const deadline = Date.now() + SETTLE_TIMEOUT_MS;
  while (!(await holds().catch(() => false))) {
    if (Date.now() > deadline)
      throw new LockstepError('INTERNAL', `the cluster of the demonstration did not come up: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
