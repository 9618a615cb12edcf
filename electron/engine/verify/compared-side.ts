import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { discoverCluster, type FoundCluster } from '../control/discover-cluster.ts';
import { eachAtOnce } from '../control/each-at-once.ts';
import type { ClusterNode } from '../router/cluster-node.ts';
import { SLOTS } from '../router/key-slot.ts';
import { countSlots, describeSlots, type SlotRange } from '../router/slot-ranges.ts';
import { ownerOf, type SlotMove, type Topology } from '../router/topology.ts';
import type { Clock } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import type { KeyCounts } from './key-counts.ts';
import type { LatenessOf } from './late-ttl.ts';
import { Side, type SideName } from './side.ts';

const OPENED_AT_ONCE = 16;

/** A primary of a side that is a cluster, and its slots. */
export interface ComparedShard {
  /** What it announces. */
  readonly primary: string;
  readonly slots: readonly SlotRange[];
}

/** The two ends of a slot under way. */
export interface MovingSlot {
  readonly from: Side;
  readonly to: Side;
}

/** All servers of one side of a comparison: the one, or the primaries of a cluster. A replica is never asked. */
export class ComparedSide {
  readonly name: SideName;
  private readonly world: World;
  private readonly endpoint: Endpoint;
  /** A standalone server; undefined for a cluster. */
  private readonly alone: Side | undefined;
  private found: FoundCluster | undefined;
  /** What each primary announces, by its id. */
  private names: ReadonlyMap<string, string> = new Map();
  private readonly byId = new Map<string, Side>();
  private moves: ReadonlyMap<number, SlotMove> = new Map();
  private refreshing: Promise<ReadonlySet<number>> | undefined;
  private latenessOf: LatenessOf = () => undefined;
  private db = 0;
  private closed = false;

  private constructor(world: World, endpoint: Endpoint, first: Side) {
    this.name = first.name;
    this.world = world;
    this.endpoint = endpoint;
    this.alone = first.inCluster ? undefined : first;
  }

  /**
   * Connects to the server, or, where it turns out to be a node of a cluster, to all primaries of that.
   * @throws LockstepError as `Side.open` does, also for a primary that cannot be reached; *_CLUSTER_DOWN
   */
  static async open(world: World, name: SideName, endpoint: Endpoint): Promise<ComparedSide> {
    const first = await Side.open(world, name, endpoint);
    const side = new ComparedSide(world, endpoint, first);
    if (!first.inCluster) return side;
    first.close();
    try {
      await side.refresh();
      return side;
    } catch (error) {
      side.close();
      throw error;
    }
  }

  get clock(): Clock {
    return this.world.clock;
  }

  get isCluster(): boolean {
    return this.alone === undefined;
  }

  /** Whose keys have to be walked to see all keys of the side. */
  servers(): readonly Side[] {
    if (this.alone) return [this.alone];
    return this.topology.shards.map(({ primary }) => this.byId.get(primary.id)!);
  }

  /** Empty for a standalone server. */
  shards(): readonly ComparedShard[] {
    if (this.alone) return [];
    return this.topology.shards.map(({ primary, slots }) => ({
      primary: this.names.get(primary.id)!,
      slots,
    }));
  }

  /** What the primary announces that has a slot; null for a standalone server. */
  primaryOf(slot: number): string | null {
    const owner = this.alone ? undefined : ownerOf(this.topology, slot);
    return owner ? (this.names.get(owner.id) ?? null) : null;
  }

  ownerOf(slot: number): Side {
    return this.alone ?? this.byId.get(ownerOf(this.topology, slot)!.id)!;
  }

  /** Slots under way at this moment. */
  movingSlots(): Iterable<number> {
    return this.moves.keys();
  }

  /** undefined for a slot that is not under way. */
  moveOf(slot: number): MovingSlot | undefined {
    const move = this.moves.get(slot);
    const [from, to] = [move?.from, move?.to].map((id) => (id === undefined ? undefined : this.byId.get(id)));
    return from && to ? { from, to } : undefined;
  }

  /**
   * Looks at the cluster anew, and connects to who is new.
   * @returns the slots that have changed hands since, or begun or ended to be under way
   * @throws LockstepError as `open` does
   */
  refresh(): Promise<ReadonlySet<number>> {
    this.refreshing ??= this.look().finally(() => (this.refreshing = undefined));
    return this.refreshing;
  }

  /** False when a server of this side has no database of that number. */
  async select(db: number): Promise<boolean> {
    this.db = db;
    const selected = await Promise.all(this.connected().map((server) => server.select(db)));
    return selected.every(Boolean);
  }

  /** By how much expiry is late, for all servers of the side; a target that tasks write to has it. */
  useLateness(latenessOf: LatenessOf): void {
    this.latenessOf = latenessOf;
    for (const server of this.connected()) server.latenessOf = latenessOf;
  }

  /** Has each server say something. @throws LockstepError what a connection reports */
  async ping(): Promise<void> {
    await Promise.all(this.connected().map((server) => server.call('PING')));
  }

  async keyCounts(): Promise<Map<number, KeyCounts>> {
    const sum = new Map<number, KeyCounts>();
    for (const counts of await Promise.all(this.servers().map((server) => server.keyCounts()))) {
      for (const [db, { keys, expires }] of counts) {
        const before = sum.get(db) ?? { keys: 0, expires: 0 };
        sum.set(db, { keys: before.keys + keys, expires: before.expires + expires });
      }
    }
    return sum;
  }

  close(): void {
    this.closed = true;
    for (const server of this.connected()) server.close();
  }

  private get topology(): Topology {
    return this.found!.topology;
  }

  private connected(): readonly Side[] {
    return this.alone ? [this.alone] : [...this.byId.values()];
  }

  private async look(): Promise<ReadonlySet<number>> {
    if (this.alone) return new Set();
    const before = this.found?.topology;
    const movesBefore = this.moves;
    const found = await this.discover();
    const { topology } = found;
    if (topology.uncovered.length > 0) throw this.uncovered(topology.uncovered);
    const wanted = involvedIn(topology).filter(({ id }) => !this.byId.has(id));
    await eachAtOnce(wanted, OPENED_AT_ONCE, (node) => this.connect(found, node));
    this.found = found;
    this.names = new Map(
      topology.shards.map(({ primary }) => [primary.id, describeEndpoint(found.announced(primary))]),
    );
    this.moves = new Map(topology.moves.map((move) => [move.slot, move]));
    return before ? changedSlots(before, movesBefore, topology, this.moves) : new Set();
  }

  /** By the address that was given, or, where nobody answers there any more, by another node that is known. */
  private async discover(): Promise<FoundCluster> {
    const { world, name, endpoint, found } = this;
    const known = found ? found.topology.nodes.map((node) => found.endpointOf(node)) : [];
    let fault: unknown;
    for (const { host, port } of [endpoint, ...known]) {
      try {
        return await discoverCluster(world, name, { ...endpoint, host, port });
      } catch (error) {
        fault ??= error;
        if (!(error instanceof LockstepError) || !/_(UNREACHABLE|LINK_LOST)$/.test(error.code)) break;
      }
    }
    throw fault;
  }

  private async connect(found: FoundCluster, node: ClusterNode): Promise<void> {
    const unreached = found.unreached.get(node.id);
    if (unreached) throw asNode(unreached);
    const server = await Side.open(this.world, this.name, found.endpointOf(node)).catch((error: unknown) => {
      throw error instanceof LockstepError ? asNode(error) : error;
    });
    // It was closed meanwhile, as when another of its servers could not be reached.
    if (this.closed) return server.close();
    this.byId.set(node.id, server);
    server.latenessOf = this.latenessOf;
    await server.select(this.db);
  }

  private uncovered(ranges: readonly SlotRange[]): LockstepError {
    const count = countSlots(ranges);
    return new LockstepError(
      this.name === 'source' ? 'SOURCE_CLUSTER_DOWN' : 'TARGET_CLUSTER_DOWN',
      `${describeEndpoint(this.endpoint)}: ${count} of ${SLOTS} slots belong to no node (${describeSlots(ranges)})`,
    );
  }
}

/** Primaries with slots, and both ends of every slot under way. */
function involvedIn({ nodes, shards, moves }: Topology): ClusterNode[] {
  const ids = new Set(shards.map(({ primary }) => primary.id));
  for (const { from, to } of moves) for (const id of [from, to]) if (id !== undefined) ids.add(id);
  return nodes.filter(({ id, role }) => role === 'primary' && ids.has(id));
}

function changedSlots(
  before: Topology,
  movesBefore: ReadonlyMap<number, SlotMove>,
  now: Topology,
  movesNow: ReadonlyMap<number, SlotMove>,
): Set<number> {
  const changed = new Set<number>();
  const isSame = (a: SlotMove | undefined, b: SlotMove | undefined): boolean =>
    a?.from === b?.from && a?.to === b?.to;
  for (let slot = 0; slot < SLOTS; slot++)
    if (
      ownerOf(before, slot)?.id !== ownerOf(now, slot)?.id ||
      !isSame(movesBefore.get(slot), movesNow.get(slot))
    )
      changed.add(slot);
  return changed;
}

/** A fault of a node that nobody has named: the cluster did, by an address that may lead nowhere from here. */
const asNode = (error: LockstepError): LockstepError =>
  new LockstepError(
    error.code,
    `${error.message} (a node of the cluster, at the address that it announces; --address-map can say where it is reached from here)`,
    { cause: error },
  );
