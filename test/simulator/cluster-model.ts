import { SLOTS } from '../../electron/engine/router/key-slot.ts';
import type { SlotRange } from '../../electron/engine/router/slot-ranges.ts';
import { ClusterSeat, type KeysOfSlots, type Seat } from './cluster-seat.ts';
import type { Random } from './random.ts';
import type { Reply } from './resp.ts';
import type { Scheduler } from './scheduler.ts';
import type { ServerModel } from './server-model.ts';
import { slotOf } from './slots.ts';
import { StandbyModel } from './standby-model.ts';

/** A node that is away for so long is taken for failed by the others. */
const FAILED_AFTER_MS = 1500;

/** A primary with its data, and the replica that may take its place. */
export class ShardModel<T extends ServerModel = ServerModel> {
  readonly server: T;
  /** Where its primary is, and where the other of the two. */
  primary: Seat;
  other: Seat;
  readonly standby: StandbyModel;
  /** The replica has the primary's data, and may take over. */
  replicates = true;
  awaySinceMs: number | undefined;

  constructor(server: T, standby: StandbyModel, primary: Seat, other: Seat) {
    this.server = server;
    this.standby = standby;
    this.primary = primary;
    this.other = other;
  }
}

/** What the nodes of a shard have heard of their cluster. */
interface View {
  readonly owners: Int8Array;
  readonly epochs: number[];
  readonly primaries: Seat[];
  readonly others: Seat[];
  /** Which news of a slot, and of a shard, it heard last: older ones that come later count for nothing. */
  readonly heardOfSlot: Int32Array;
  readonly heardOfShard: number[];
  /** By shard; undefined until somebody asks. */
  slots: readonly (readonly SlotRange[])[] | undefined;
}

/** Slots on their way, each of which is marked at one end or at both. */
export interface SlotMarks {
  readonly slots: Set<number>;
  /** All that are to go; those without keys have no marks until they have gone. */
  readonly ranges: readonly SlotRange[];
  readonly from: number;
  readonly to: number;
  importing: boolean;
  migrating: boolean;
}

const hasGone = ({ importing, ranges }: SlotMarks, slot: number): boolean =>
  !importing && ranges.some(({ first, last }) => first <= slot && slot <= last);

/** A cluster: who has which slot, and what each node has heard of that. Nodes hear of it one after another. */
export class ClusterModel<T extends ServerModel = ServerModel> {
  readonly shards: ShardModel<T>[] = [];
  readonly marks = new Set<SlotMarks>();
  /** Where slots have no node that answers, none is served (`cluster-require-full-coverage`). */
  fullCoverage = true;
  /** After so long the node that had a slot before hears of its new owner. */
  giverHearsMs = (): number => this.random.between(0, 40);
  private readonly views: View[] = [];
  private readonly scheduler: Scheduler;
  private readonly random: Random;
  /** The greatest configuration epoch. */
  private epoch = 0;
  private news = 0;
  /** Keys of these slots were carried from node to node. */
  readonly carried = new Set<number>();
  /** As it is, whoever has heard of it. */
  readonly owners = new Int8Array(SLOTS).fill(-1);
  /** The same by shard; undefined until somebody asks. */
  private slots: View['slots'];

  constructor(scheduler: Scheduler, random: Random) {
    this.scheduler = scheduler;
    this.random = random;
  }

  /** `servers`: a primary each. Those behind the first `sharing` begin without slots. */
  begin(servers: readonly T[], ports: readonly number[], sharing: number): void {
    servers.forEach((server, i) => {
      const primary = { id: this.random.id(), port: ports[2 * i]! };
      const other = { id: this.random.id(), port: ports[2 * i + 1]! };
      const standby = new StandbyModel(this.scheduler, this.random, other.port, server);
      server.seat = new ClusterSeat(this, i, 'primary');
      standby.seat = new ClusterSeat(this, i, 'replica');
      this.shards.push(new ShardModel(server, standby, primary, other));
    });
    for (let slot = 0; slot < SLOTS; slot++) this.owners[slot] = Math.floor((slot * sharing) / SLOTS);
    for (const _ of servers)
      this.views.push({
        owners: this.owners.slice(),
        epochs: servers.map((__, i) => i + 1),
        primaries: this.shards.map(({ primary }) => primary),
        others: this.shards.map(({ other }) => other),
        heardOfSlot: new Int32Array(SLOTS),
        heardOfShard: servers.map(() => 0),
        slots: undefined,
      });
    this.epoch = servers.length;
  }

  /** Slots have another owner: that one knows at once, the one before soon, the others later. @returns when the one before does */
  assign(slots: readonly SlotRange[], from: number, to: number): number {
    const news = ++this.news;
    // Source: Redis cluster.c: clusterBumpConfigEpochWithoutConsensus.
    const epoch = this.views[to]!.epochs[to] === this.epoch ? this.epoch : ++this.epoch;
    const giverHearsMs = this.giverHearsMs();
    for (const { first, last } of slots) this.owners.fill(to, first, last + 1);
    this.slots = undefined;
    for (const [shard, view] of this.views.entries())
      this.tell(view, shard === to ? 0 : shard === from ? giverHearsMs : this.random.between(0, 600), () => {
        for (const { first, last } of slots)
          for (let slot = first; slot <= last; slot++) {
            if (view.heardOfSlot[slot]! > news) continue;
            view.heardOfSlot[slot] = news;
            view.owners[slot] = to;
          }
        view.epochs[to] = Math.max(view.epochs[to]!, epoch);
        if (shard === from) this.dropKeys(from, slots);
      });
    return giverHearsMs;
  }

  /** What a node has taken in a slot that was another's by then. Source: Redis cluster.c: clusterUpdateSlotsConfigWith, delKeysInSlot. */
  private dropKeys(shard: number, slots: readonly SlotRange[]): void {
    const { server } = this.shards[shard]!;
    for (const key of [...server.keyspace.db(0).keys()]) {
      const slot = slotOf(key);
      const lost = slots.some(({ first, last }) => first <= slot && slot <= last);
      if (lost && this.ownerIn(shard, slot) !== shard) server.giveAway(key);
    }
  }

  /** The replica of a shard is its primary now. */
  promoted(shard: number): void {
    const news = ++this.news;
    const epoch = ++this.epoch;
    const { primary, other } = this.shards[shard]!;
    for (const [of, view] of this.views.entries())
      this.tell(view, of === shard ? 0 : this.random.between(0, 600), () => {
        if (view.heardOfShard[shard]! > news) return;
        view.heardOfShard[shard] = news;
        view.primaries[shard] = primary;
        view.others[shard] = other;
        view.epochs[shard] = Math.max(view.epochs[shard]!, epoch);
      });
  }

  ownerIn(shard: number, slot: number): number {
    return this.views[shard]!.owners[slot]!;
  }

  primaryIn(shard: number, of: number): Seat {
    return this.views[shard]!.primaries[of]!;
  }

  /** Once another node has them those without keys are marked as well: each is, from before its owner changes until this node hears of it. */
  migratingTo(shard: number, slot: number): number {
    for (const mark of this.marks)
      if (mark.migrating && mark.from === shard && (mark.slots.has(slot) || hasGone(mark, slot)))
        return mark.to;
    return -1;
  }

  importingFrom(shard: number, slot: number): number {
    for (const mark of this.marks)
      if (mark.importing && mark.to === shard && mark.slots.has(slot)) return mark.from;
    return -1;
  }

  /** No keys are served. */
  get isDown(): boolean {
    return this.fullCoverage && this.shards.some((_, shard) => this.hasFailed(shard) && this.owns(shard));
  }

  /** Its slot is on its way from one node to another. */
  isUnderWay(key: string): boolean {
    const slot = slotOf(key);
    return [...this.marks].some(({ slots }) => slots.has(slot));
  }

  ownerOf(slot: number): T {
    return this.shards[this.owners[slot]!]!.server;
  }

  owns(shard: number): boolean {
    this.slots ??= rangesOfEach(this.owners, this.shards.length);
    return this.slots[shard]!.length > 0;
  }

  /** As a checkpoint names them. */
  slotsOf(shard: number): string {
    this.slots ??= rangesOfEach(this.owners, this.shards.length);
    return this.slots[shard]!.map(({ first, last }) =>
      first === last ? String(first) : `${first}-${last}`,
    ).join(',');
  }

  /** What a node answers to CLUSTER; undefined for what is not modelled. */
  answer(
    shard: number,
    role: ClusterSeat['role'],
    server: KeysOfSlots,
    args: readonly string[],
  ): Reply | undefined {
    switch ((args[0] ?? '').toLowerCase()) {
      case 'nodes':
        return this.nodesOf(shard, role);
      case 'shards':
        return this.shards.map((__, of) => this.shardOf(shard, of));
      case 'info':
        return `cluster_enabled:1\r\ncluster_state:${this.isDown ? 'fail' : 'ok'}\r\ncluster_current_epoch:${this.epoch}\r\n`;
      case 'countkeysinslot':
        return server.keysIn(Number(args[1])).length;
      case 'getkeysinslot':
        return server.keysIn(Number(args[1])).slice(0, Number(args[2]));
      default:
        return undefined;
    }
  }

  private hasFailed(shard: number): boolean {
    const { awaySinceMs } = this.shards[shard]!;
    return awaySinceMs !== undefined && this.scheduler.nowMs - awaySinceMs > FAILED_AFTER_MS;
  }

  private nodesOf(shard: number, role: ClusterSeat['role']): string {
    const view = this.views[shard]!;
    const marks = role === 'primary' ? this.marksOf(shard) : '';
    return this.shards
      .map(({ replicates }, of) => {
        const own = of === shard;
        const [first, second] = [view.primaries[of]!, view.others[of]!];
        const slots = this.slotsIn(view, of)
          .map(({ first: from, last }) => (from === last ? ` ${from}` : ` ${from}-${last}`))
          .join('');
        const me = (here: ClusterSeat['role']): string => (own && role === here ? 'myself,' : '');
        const failed = this.hasFailed(of) && !own ? ',fail' : '';
        const away = replicates || (own && role === 'replica') ? '' : ',fail';
        const line = ({ id, port }: Seat, flags: string, of_: string, rest: string): string =>
          `${id} 127.0.0.1:${port}@${port + 10_000} ${flags} ${of_} 0 0 ${view.epochs[of]} connected${rest}\n`;
        return (
          line(first, `${me('primary')}master${failed}`, '-', `${slots}${own ? marks : ''}`) +
          line(second, `${me('replica')}slave${away}`, first.id, '')
        );
      })
      .join('');
  }

  private slotsIn(view: View, of: number): readonly SlotRange[] {
    // Worked out for all at once, and kept until something changes.
    view.slots ??= rangesOfEach(view.owners, this.shards.length);
    return view.slots[of]!;
  }

  private marksOf(shard: number): string {
    let text = '';
    for (const { slots, from, to, importing, migrating } of this.marks)
      for (const slot of slots) {
        if (migrating && from === shard) text += ` [${slot}->-${this.primaryIn(shard, to).id}]`;
        if (importing && to === shard) text += ` [${slot}-<-${this.primaryIn(shard, from).id}]`;
      }
    return text;
  }

  private shardOf(shard: number, of: number): Reply {
    const view = this.views[shard]!;
    const node = ({ id, port }: Seat, role: string): Reply => [
      ...['id', id, 'port', port, 'ip', '127.0.0.1', 'endpoint', '127.0.0.1'],
      ...['role', role, 'replication-offset', 0, 'health', 'online'],
    ];
    const nodes = [node(view.primaries[of]!, 'master'), node(view.others[of]!, 'replica')];
    return ['slots', this.slotsIn(view, of).flatMap(({ first, last }) => [first, last]), 'nodes', nodes];
  }

  private tell(view: View, waitMs: number, run: () => void): void {
    const told = (): void => {
      run();
      view.slots = undefined;
    };
    if (waitMs === 0) told();
    else this.scheduler.after(waitMs, told);
  }
}

function rangesOfEach(owners: Int8Array, shards: number): SlotRange[][] {
  const ranges: SlotRange[][] = Array.from({ length: shards }, () => []);
  for (let first = 0, last = 0; first < SLOTS; first = last + 1) {
    const owner = owners[first]!;
    for (last = first; last + 1 < SLOTS && owners[last + 1] === owner;) last += 1;
    ranges[owner]?.push({ first, last });
  }
  return ranges;
}
