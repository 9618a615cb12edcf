import type { Breakable } from './breakable.ts';
import type { ClusterModel } from './cluster-model.ts';
import { SlotMoves } from './slot-moves.ts';
import { slotOf } from './slots.ts';
import { SourceModel } from './source-model.ts';
import type { TargetModel } from './target-model.ts';

/** What becomes of the nodes of one side's cluster. */
export class Shards<T extends SourceModel | TargetModel> {
  readonly cluster: ClusterModel<T>;
  readonly moves: SlotMoves;
  private readonly name: 'source' | 'target';
  private readonly sim: Breakable;
  private readonly later: (waitMs: number, run: () => void) => void;

  /** `later`: at the latest when the world is well again. */
  constructor(
    cluster: ClusterModel<T>,
    name: 'source' | 'target',
    sim: Breakable,
    later: (waitMs: number, run: () => void) => void,
  ) {
    this.cluster = cluster;
    this.name = name;
    this.sim = sim;
    this.later = later;
    this.moves = new SlotMoves(cluster, name, sim);
  }

  goesAway(server: T): void {
    this.shardOf(server).awaySinceMs = this.sim.scheduler.nowMs;
  }

  /** Keys that it had given away by then are nobody's, and go. */
  isBack(server: T): void {
    const shard = this.shardOf(server);
    shard.awaySinceMs = undefined;
    const index = this.cluster.shards.indexOf(shard);
    const { keyspace } = server;
    for (const key of [...keyspace.db(0).keys()]) {
      const slot = slotOf(key);
      if (this.cluster.owners[slot] !== index && this.cluster.importingFrom(index, slot) < 0)
        keyspace.remove(0, key);
    }
  }

  /** Nobody reaches a node for a while; it goes on all the same. */
  away(): void {
    const { random, network, history } = this.sim;
    const shard = random.pick(this.cluster.shards);
    const { server, primary } = shard;
    if (!server.listening) return;
    const forMs = random.between(100, 6000);
    server.listening = false;
    this.goesAway(server);
    network.cut(undefined, primary.port);
    history.note(this.name, `the node at ${primary.port} is away`);
    this.later(forMs, () => {
      server.listening = true;
      shard.awaySinceMs = undefined;
    });
  }

  /** The replica of a node takes its place, which may lack the last steps; the node comes back as a replica. */
  failOver(): void {
    const { random, network, history } = this.sim;
    const shard = random.pick(this.cluster.shards);
    const { server, standby } = shard;
    if (!server.listening || !shard.replicates) return;
    const stepsBack = random.chance(0.4) ? 0 : random.between(1, 6);
    server.listening = false;
    shard.replicates = false;
    this.goesAway(server);
    network.serverDies(shard.primary.port);
    this.later(random.between(50, 2000), () => {
      network.serverDies(shard.other.port);
      standby.listening = false;
      [shard.primary, shard.other] = [shard.other, shard.primary];
      server.port = shard.primary.port;
      standby.port = shard.other.port;
      network.listen(server.port, server);
      network.listen(standby.port, standby);
      if (!(server instanceof SourceModel) && stepsBack > 0) this.sim.wentBack();
      const lost = server.failOver(stepsBack);
      this.isBack(server);
      this.cluster.promoted(this.cluster.shards.indexOf(shard));
      history.note(
        this.name,
        `${server.port} takes the place of ${standby.port}, and lacks the last ${lost}`,
      );
      this.later(random.between(500, 4000), () => {
        standby.listening = true;
        shard.replicates = true;
      });
    });
  }

  private shardOf(server: T): ClusterModel<T>['shards'][number] {
    return this.cluster.shards.find((shard) => shard.server === server)!;
  }
}
