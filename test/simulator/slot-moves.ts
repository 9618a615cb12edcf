import { rangesWhere, type SlotRange } from '../../electron/engine/router/slot-ranges.ts';
import type { ClusterModel, SlotMarks } from './cluster-model.ts';
import type { History } from './history.ts';
import type { Random } from './random.ts';
import { dump } from './rdb-codec.ts';
import { Failure } from './resp.ts';
import type { Scheduler } from './scheduler.ts';
import type { ServerModel } from './server-model.ts';
import { slotOf } from './slots.ts';

export interface MoveGround {
  readonly scheduler: Scheduler;
  readonly random: Random;
  readonly history: History;
}

const isIn = (ranges: readonly SlotRange[], slot: number): boolean =>
  ranges.some(({ first, last }) => first <= slot && slot <= last);

/**
 * Moves slots of a cluster from one node to another while they are used, as `redis-cli --cluster reshard` does: marks at both ends, key by
 * key with MIGRATE, then the owner. Slots without keys change hands with the others.
 */
export class SlotMoves {
  private readonly cluster: ClusterModel;
  private readonly ground: MoveGround;
  private readonly name: string;
  private readonly clients = new Map<ServerModel, ReturnType<ServerModel['connect']>>();
  underWay = 0;

  constructor(cluster: ClusterModel, name: string, ground: MoveGround) {
    this.cluster = cluster;
    this.name = name;
    this.ground = ground;
  }

  /** Slots around one that has keys, or all of a node's. Does nothing where there is none to move, or two moves are under way. */
  begin(): void {
    const { cluster } = this;
    const { random } = this.ground;
    if (this.underWay >= 2) return;
    const from = random.between(0, cluster.shards.length - 1);
    const to = (from + random.between(1, cluster.shards.length - 1)) % cluster.shards.length;
    const used = [...new Set([...cluster.shards[from]!.server.keyspace.db(0).keys()].map(slotOf))].filter(
      (slot) => cluster.owners[slot] === from,
    );
    if (used.length === 0) return;
    const middle = random.pick(used);
    const width = random.pick([0, 0, 100, 1500, 16_384]);
    this.move((slot) => Math.abs(slot - middle) <= width && cluster.owners[slot] === from, from, to);
  }

  /** Those of the slots that are not under way. */
  move(isMeant: (slot: number) => boolean, from: number, to: number): void {
    const { cluster } = this;
    const { random, scheduler, history } = this.ground;
    const own = (slot: number): boolean => isMeant(slot) && !this.isMarked(slot);
    const ranges = rangesWhere(own);
    if (ranges.length === 0) return;
    const keys = [...cluster.shards[from]!.server.keyspace.db(0).keys()];
    const marks: SlotMarks = {
      slots: new Set(keys.map(slotOf).filter(own)),
      ...{ ranges, from, to, importing: true, migrating: false },
    };
    this.underWay += 1;
    cluster.marks.add(marks);
    history.note(this.name, `${marks.slots.size} slots with keys begin to move from node ${from} to ${to}`);
    scheduler.after(random.between(0, 20), () => {
      marks.migrating = true;
      this.carry(marks);
    });
  }

  private carry(marks: SlotMarks): void {
    const { scheduler, random } = this.ground;
    const { shards } = this.cluster;
    const [from, to] = [shards[marks.from]!.server, shards[marks.to]!.server];
    const waits =
      this.cluster.isDown ||
      [from, to].some(
        (server) =>
          !server.listening ||
          server.frozenUntilMs > scheduler.nowMs ||
          server.outOfMemory ||
          server.readOnly,
      );
    if (waits) return void scheduler.after(50, () => this.carry(marks));
    const keys = [...from.keyspace.db(0).keys()].filter((key) => isIn(marks.ranges, slotOf(key)));
    if (keys.length === 0) return this.end(marks);
    // Some may have come to slots that had none.
    for (const key of keys) marks.slots.add(slotOf(key));
    this.migrate(from, to, random.pick(keys));
    scheduler.after(random.pick([0, 1, 5, 30]), () => this.carry(marks));
  }

  /** Source: Redis cluster.c: migrateCommand. */
  private migrate(from: ServerModel, to: ServerModel, key: string): void {
    const entry = from.present(0, key);
    if (!entry) return;
    const { expireAtMs } = entry;
    // Some of these make a mark of one bound look like that of the other.
    const onWayMs = this.ground.random.pick([0, 1, 3, 8, 8, 24]);
    this.cluster.carried.add(slotOf(key));
    const ttl = expireAtMs === undefined ? 0 : Math.max(1, expireAtMs - from.nowMs + onWayMs);
    // Where both have it, as after a failover, the newer one stays.
    const reply = to.present(0, key)
      ? undefined
      : to.run(this.clientOf(to), 'RESTORE-ASKING', key, String(ttl), dump(entry.value));
    if (reply instanceof Failure) throw new Error(`RESTORE-ASKING ${key}: ${reply.text}`);
    from.giveAway(key);
  }

  private end(marks: SlotMarks): void {
    const { scheduler, random, history } = this.ground;
    const { cluster, name } = this;
    marks.importing = false;
    const giverHearsMs = cluster.assign(marks.ranges, marks.from, marks.to);
    history.note(name, `node ${marks.to} has them`);
    // One command says both to the node that had them: whose they are, and that they are on their way no more.
    scheduler.after(Math.max(giverHearsMs, random.between(0, 40)), () => {
      cluster.marks.delete(marks);
      this.underWay -= 1;
    });
  }

  private isMarked(slot: number): boolean {
    return [...this.cluster.marks].some(({ ranges }) => isIn(ranges, slot));
  }

  private clientOf(server: ServerModel): ReturnType<ServerModel['connect']> {
    let client = this.clients.get(server);
    if (!client) this.clients.set(server, (client = server.connect()));
    return client;
  }
}
