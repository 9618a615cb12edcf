/** A source or a target of any kind, with what may happen to it in mid-stream. */
import type { Redis } from 'ioredis';
import { localEndpoint } from '../../../electron/headless/demo-data/local-endpoint.ts';
import { startWriter } from '../../../electron/headless/demo-data/writer/start-writer.ts';
import { ClusterWriter } from '../cluster-source/cluster-writer.ts';
import { WITH_DIGESTS } from '../cluster-source/digests.ts';
import { startCluster, type TestCluster } from '../cluster.ts';
import { startRedis, type RedisProcess } from '../redis-server.ts';
import { startWatched, type Watched } from '../sentinel.ts';

export const KINDS = ['one server', 'Sentinels', 'a cluster'] as const;
export type Kind = (typeof KINDS)[number];

const ARGS = [
  ...['--repl-diskless-sync-delay', '0', '--repl-backlog-size', '32mb'],
  // What a server has answered for it still has when it was killed.
  ...['--appendonly', 'yes', '--appendfsync', 'always'],
  ...WITH_DIGESTS,
];
const RATE_PER_SECOND = 600;
/** Over all shards, with keys of the writer in each. */
const SLOTS = [0, 700, 5460, 5461, 8000, 10_921, 10_922, 16_383];
/** Of these a reshard moves the keys to another shard. */
const MOVED = [700, 8000];

interface Stopping {
  stop(): Promise<void>;
}

export interface Side extends Stopping {
  readonly url: string;
  /** Of keys of every type, until it is stopped. */
  write(seed: number): Promise<Stopping>;
  /** A primary dies and comes back, or another server takes over. */
  failOver(): Promise<void>;
  /** Slots with keys move to another shard; nothing where there are no slots. */
  reshard(): Promise<void>;
  /** The servers that hold the keys now. */
  primaries(): Promise<readonly Redis[]>;
}

const OPEN: Readonly<Record<Kind, () => Promise<Side>>> = {
  'one server': async () => new OneServer(await startRedis({ args: ARGS })),
  Sentinels: async () => new WatchedSide(await startWatched({ args: ARGS })),
  'a cluster': async () => new ClusterSide(await startCluster({ replicas: 1, args: ARGS })),
};

export const openSide = (kind: Kind): Promise<Side> => OPEN[kind]();

/** Refusals are what a failover brings, and stand in no stream. */
function writeTo(server: RedisProcess, seed: number): Stopping {
  const writer = startWriter(localEndpoint(server.port), {
    ratePerSecond: RATE_PER_SECOND,
    databases: [0],
    seed,
    reconnect: true,
  });
  return { stop: async () => void (await writer.stop()) };
}

class OneServer implements Side {
  private readonly server: RedisProcess;

  constructor(server: RedisProcess) {
    this.server = server;
  }

  get url(): string {
    return this.server.url;
  }

  write(seed: number): Promise<Stopping> {
    return Promise.resolve(writeTo(this.server, seed));
  }

  async failOver(): Promise<void> {
    await this.server.kill('SIGKILL');
    await this.server.restart();
  }

  reshard(): Promise<void> {
    return Promise.resolve();
  }

  primaries(): Promise<readonly Redis[]> {
    return Promise.resolve([this.server.client()]);
  }

  stop(): Promise<void> {
    return this.server.stop();
  }
}

class WatchedSide implements Side {
  private readonly watched: Watched;
  private writing: { seed: number; writer: Stopping } | undefined;

  constructor(watched: Watched) {
    this.watched = watched;
  }

  get url(): string {
    return this.watched.url;
  }

  async write(seed: number): Promise<Stopping> {
    this.writing = { seed, writer: writeTo(await this.watched.primary(), seed) };
    return { stop: async () => this.writing?.writer.stop() };
  }

  /** The writer goes on writing to the old primary until that is one no longer, and then to the new one. */
  async failOver(): Promise<void> {
    const { watched, writing } = this;
    const other = await watched.failover(await watched.primary());
    if (!writing) return;
    await writing.writer.stop();
    this.writing = { seed: writing.seed + 1, writer: writeTo(other, writing.seed + 1) };
  }

  reshard(): Promise<void> {
    return Promise.resolve();
  }

  async primaries(): Promise<readonly Redis[]> {
    return [(await this.watched.primary()).client()];
  }

  stop(): Promise<void> {
    return this.watched.stop();
  }
}

class ClusterSide implements Side {
  private readonly cluster: TestCluster;

  constructor(cluster: TestCluster) {
    this.cluster = cluster;
  }

  get url(): string {
    return this.cluster.url;
  }

  write(seed: number): Promise<Stopping> {
    return ClusterWriter.start(this.cluster, SLOTS, seed);
  }

  failOver(): Promise<void> {
    return this.cluster.failover(this.cluster.members[3]!);
  }

  async reshard(): Promise<void> {
    for (const slot of MOVED) {
      const owner = await this.cluster.ownerOf(slot);
      const others = (await this.members()).filter(({ id }) => id !== owner.id);
      await this.cluster.moveSlot(slot, others[0]!);
    }
  }

  async primaries(): Promise<readonly Redis[]> {
    return (await this.members()).map(({ client }) => client);
  }

  stop(): Promise<void> {
    return this.cluster.stop();
  }

  private async members(): Promise<TestCluster['members']> {
    const shards = await this.cluster.shards();
    return this.cluster.members.filter(({ server }) => shards.has(server.port));
  }
}
