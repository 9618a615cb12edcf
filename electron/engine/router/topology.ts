import type { ClusterNode, NodesView } from './cluster-node.ts';
import { SLOTS } from './key-slot.ts';
import { rangesWhere, type SlotRange } from './slot-ranges.ts';

/** A primary with the slots that are its own, and its replicas. */
export interface Shard {
  readonly primary: ClusterNode;
  readonly replicas: readonly ClusterNode[];
  readonly slots: readonly SlotRange[];
}

/** A slot on its way: its keys lie on both. The owner is `from` until it is done. */
export interface SlotMove {
  readonly slot: number;
  /** Ids of nodes; undefined where only the other one has a mark and the owner is not known. */
  readonly from: string | undefined;
  readonly to: string | undefined;
}

/** Slots that more than one primary takes for its own. */
export interface DoubledSlots {
  readonly slots: readonly SlotRange[];
  readonly ids: readonly string[];
}

/** A cluster at one moment. A plain value: a later one stands beside it and is compared with it. */
export interface Topology {
  /** All that belong to it, by what is known best of each: shard by shard, the primary before its replicas, then whoever has no slots. */
  readonly nodes: readonly ClusterNode[];
  /** In the order of their first slots; primaries without slots are in `nodes` alone. */
  readonly shards: readonly Shard[];
  /** The index of the shard that a slot belongs to; -1 for none. */
  readonly shardOfSlot: Int16Array;
  readonly moves: readonly SlotMove[];
  readonly uncovered: readonly SlotRange[];
  readonly doubled: readonly DoubledSlots[];
}

interface Claim {
  readonly id: string;
  readonly epoch: number;
  /** The node said it of itself. */
  readonly own: boolean;
}

/**
 * One picture of what several nodes tell. Where they disagree, the highest configuration epoch holds, as among the nodes themselves;
 * at the same epoch what a node says of itself.
 */
export function mergeViews(views: readonly NodesView[]): Topology {
  const known = bestOfEach(views);
  const owners = ownersOf(views);
  const shardOfSlot = new Int16Array(SLOTS).fill(-1);
  const shards: Shard[] = [];
  const indexOf = new Map<string, number>();
  for (let slot = 0; slot < SLOTS; slot++) {
    const id = owners[slot]?.id;
    const primary = id === undefined ? undefined : known.get(id);
    if (!primary) continue;
    let index = indexOf.get(primary.id);
    if (index === undefined) {
      index = shards.length;
      indexOf.set(primary.id, index);
      const replicas = [...known.values()].filter(({ primaryId }) => primaryId === primary.id);
      shards.push({ primary, replicas, slots: [] });
    }
    shardOfSlot[slot] = index;
  }
  const listed = new Set(shards.flatMap(({ primary, replicas }) => [primary, ...replicas]));
  return {
    nodes: [...listed, ...[...known.values()].filter((node) => !listed.has(node))],
    shards: shards.map((shard, index) => ({
      ...shard,
      slots: rangesWhere((slot) => shardOfSlot[slot] === index),
    })),
    shardOfSlot,
    moves: movesOf(known, owners),
    uncovered: rangesWhere((slot) => shardOfSlot[slot] === -1),
    doubled: doubledIn(views),
  };
}

/** The primary that a slot belongs to. */
export const ownerOf = ({ shards, shardOfSlot }: Topology, slot: number): ClusterNode | undefined =>
  shards[shardOfSlot[slot]!]?.primary;

function bestOfEach(views: readonly NodesView[]): Map<string, ClusterNode> {
  const best = new Map<string, ClusterNode & { own: boolean }>();
  for (const { teller, nodes } of views) {
    for (const node of nodes) {
      const own = node.id === teller;
      const before = best.get(node.id);
      const better =
        before === undefined ||
        node.epoch > before.epoch ||
        (node.epoch === before.epoch && own && !before.own);
      // Its marks and its own name are only told by itself, and its address mostly by the others.
      const from = better ? node : before;
      const other = better ? before : node;
      best.set(node.id, {
        ...from,
        host: from.host || (other?.host ?? ''),
        hostname: from.hostname ?? other?.hostname,
        marks: own ? node.marks : (before?.marks ?? []),
        health: healthOf(own, node, before),
        own: own || (before?.own ?? false),
      });
    }
  }
  return new Map([...best].map(([id, { own: _, ...node }]) => [id, node]));
}

/** One that answers for itself is well; of another the worst that anybody says is heard. */
function healthOf(
  own: boolean,
  node: ClusterNode,
  before: (ClusterNode & { own: boolean }) | undefined,
): ClusterNode['health'] {
  if (own) return node.health;
  if (before === undefined || before.own) return (before ?? node).health;
  return WORSE.indexOf(node.health) > WORSE.indexOf(before.health) ? node.health : before.health;
}

const WORSE: readonly ClusterNode['health'][] = ['well', 'joining', 'suspected', 'failed', 'lost'];

function ownersOf(views: readonly NodesView[]): readonly (Claim | undefined)[] {
  const owners = new Array<Claim | undefined>(SLOTS).fill(undefined);
  for (const { teller, nodes } of views) {
    for (const { id, epoch, slots } of nodes) {
      const claim: Claim = { id, epoch, own: id === teller };
      for (const { first, last } of slots)
        for (let slot = first; slot <= last; slot++)
          if (isStronger(claim, owners[slot])) owners[slot] = claim;
    }
  }
  return owners;
}

const isStronger = (claim: Claim, before: Claim | undefined): boolean =>
  before === undefined ||
  claim.epoch > before.epoch ||
  (claim.epoch === before.epoch && claim.own && !before.own);

/** Both ends have a mark, or only one of them: a move that was broken off leaves either. */
function movesOf(
  known: ReadonlyMap<string, ClusterNode>,
  owners: readonly (Claim | undefined)[],
): SlotMove[] {
  const moves = new Map<number, SlotMove>();
  for (const { id, marks } of known.values()) {
    for (const { slot, kind, peer } of marks) {
      const before = moves.get(slot);
      const here = kind === 'migrating' ? { from: id, to: peer } : { from: peer, to: id };
      moves.set(slot, { slot, from: before?.from ?? here.from, to: before?.to ?? here.to });
    }
  }
  // A mark that stayed at the one that has it by now says nothing any more.
  return [...moves.values()]
    .filter(({ slot, to }) => owners[slot]?.id !== to)
    .toSorted((a, b) => a.slot - b.slot);
}

function doubledIn(views: readonly NodesView[]): DoubledSlots[] {
  const claims = new Map<string, boolean[]>();
  for (const { teller, nodes } of views) {
    const self = nodes.find(({ id }) => id === teller);
    if (!self || self.role !== 'primary') continue;
    const mine = new Array<boolean>(SLOTS).fill(false);
    for (const { first, last } of self.slots) mine.fill(true, first, last + 1);
    claims.set(self.id, mine);
  }
  const together = new Map<string, Set<number>>();
  for (let slot = 0; slot < SLOTS; slot++) {
    const ids = [...claims].filter(([, mine]) => mine[slot]).map(([id]) => id);
    if (ids.length < 2) continue;
    const name = ids.join(' ');
    (together.get(name) ?? together.set(name, new Set()).get(name)!).add(slot);
  }
  return [...together].map(([ids, slots]) => ({
    ids: ids.split(' '),
    slots: rangesWhere((slot) => slots.has(slot)),
  }));
}
