import type { ClusterModel } from './cluster-model.ts';
import { Keyspace } from './keyspace.ts';
import type { ServerModel } from './server-model.ts';
import { slotOf } from './slots.ts';

/** One side of a history: a server, or the primaries of a cluster. */
export class Side<T extends ServerModel = ServerModel> {
  readonly servers: readonly T[];
  readonly cluster: ClusterModel<T> | undefined;

  constructor(servers: readonly T[], cluster?: ClusterModel<T>) {
    this.servers = servers;
    this.cluster = cluster;
  }

  /** Of one server. */
  get sole(): T {
    return this.servers[0]!;
  }

  get nowMs(): number {
    return this.sole.nowMs;
  }

  /** What clients find there: of a cluster each key on the node that has its slot. */
  get keyspace(): Keyspace {
    return this.part(() => true);
  }

  /** The same, as far as it lies in the slot of this key. */
  inSlotOf(key: string): Keyspace {
    const slot = slotOf(key);
    return this.part((one) => one === slot);
  }

  private part(isMeant: (slot: number) => boolean): Keyspace {
    const { cluster } = this;
    if (!cluster) return this.sole.keyspace;
    const whole = new Keyspace();
    const found = whole.db(0);
    for (const [shard, { keyspace }] of this.servers.entries())
      for (const [key, entry] of keyspace.db(0)) {
        const slot = slotOf(key);
        if (!isMeant(slot)) continue;
        if (cluster.owners[slot] === shard || cluster.importingFrom(shard, slot) >= 0) found.set(key, entry);
      }
    return whole;
  }

  /** Where a client is answered, replicas of a cluster included. */
  get ports(): readonly number[] {
    const { cluster } = this;
    return cluster
      ? cluster.shards.flatMap(({ primary, other }) => [primary.port, other.port])
      : [this.sole.port];
  }

  ownerOf(key: string): T {
    return this.cluster?.ownerOf(slotOf(key)) ?? this.sole;
  }
}
