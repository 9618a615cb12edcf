import { Redis } from 'ioredis';
import { setTimeout as pause } from 'node:timers/promises';
import { keySlot } from '../../../electron/engine/router/key-slot.ts';
import { slotTag } from '../../../electron/engine/router/slot-tag.ts';
import { Random } from '../../../electron/headless/demo-data/random.ts';
import type { TestCluster } from '../cluster.ts';

const TICK_MS = 10;
const BATCH_COMMANDS = 12;
const KEYS = 40;

/**
 * Writes what must not happen twice to several databases of a cluster, each over connections of its own. What a node refuses while slots move
 * or another one takes over is left.
 */
export class DatabasesWriter {
  private readonly cluster: TestCluster;
  private readonly databases: readonly number[];
  private readonly tags: readonly string[];
  private readonly random: Random;
  private readonly nodes = new Map<string, Redis>();
  private readonly running: Promise<void>;
  private ended = false;
  done = 0;

  constructor(cluster: TestCluster, slots: readonly number[], databases: readonly number[], seed: number) {
    this.cluster = cluster;
    this.databases = databases;
    this.tags = slots.map(slotTag);
    this.random = new Random(seed);
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.ended = true;
    await this.running;
    for (const redis of this.nodes.values()) redis.disconnect();
  }

  private async run(): Promise<void> {
    while (!this.ended) {
      for (const db of this.databases) {
        const sent = Array.from({ length: BATCH_COMMANDS }, () => this.send(db, this.command(db)));
        for (const { status } of await Promise.allSettled(sent)) if (status === 'fulfilled') this.done += 1;
      }
      await pause(TICK_MS);
    }
  }

  private command(db: number): readonly [string, string, ...string[]] {
    const { random } = this;
    const tag = this.pick(this.tags);
    const key = (kind: string): string => `{${tag}}${kind}:${random.below(KEYS)}`;
    const value = String(random.below(1_000_000));
    switch (random.below(10)) {
      case 0:
        return ['APPEND', key('text'), `${value},`];
      case 1:
        return ['RPUSH', key('list'), value];
      case 2:
        return ['LPOP', key('list')];
      case 3:
        return ['HINCRBY', key('hash'), value.slice(0, 1), '3'];
      case 4:
        return ['SET', key('session'), value, 'PX', '3600000'];
      case 5:
        return ['DEL', key('text')];
      case 6:
        return ['MOVE', key('counter'), String(this.otherThan(db))];
      case 7:
        return ['COPY', key('list'), key('copied'), 'DB', String(this.otherThan(db)), 'REPLACE'];
      default:
        return ['INCR', key('counter')];
    }
  }

  private async send(
    db: number,
    [name, key, ...args]: readonly [string, string, ...string[]],
  ): Promise<void> {
    const slot = keySlot(Buffer.from(key));
    const ports = this.cluster.client.slots[slot];
    const port = Number(ports?.[0]?.split(':')[1]);
    try {
      await this.node(port, db).call(name, key, ...args);
    } catch (error) {
      if (error instanceof Error && /^(MOVED|READONLY|CLUSTERDOWN)|closed/.test(error.message))
        this.cluster.client.refreshSlotsCache();
      throw error;
    }
  }

  private node(port: number, db: number): Redis {
    const id = `${port} ${db}`;
    let redis = this.nodes.get(id);
    if (!redis) {
      redis = new Redis({ port, db, maxRetriesPerRequest: 0, retryStrategy: () => 200 });
      redis.on('error', () => undefined);
      this.nodes.set(id, redis);
    }
    return redis;
  }

  private otherThan(db: number): number {
    return this.pick(this.databases.filter((one) => one !== db));
  }

  private pick<T>(items: readonly T[]): T {
    return items[this.random.below(items.length)]!;
  }
}
