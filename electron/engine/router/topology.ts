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
  readonly slots: readonly SlotRange[];
}

/** Each slot is where it was, and none was under way or has been: who is given one has another epoch afterwards. */
export function sameOwners(one: Topology, other: Topology): boolean {
  const owners = ({ shards, moves, uncovered }: Topology): string =>
    moves.length > 0 || uncovered.length > 0
      ? ''
      : shards
          .map(({ primary: { id, epoch }, slots }) =>
            [id, epoch, ...slots.flatMap(({ first, last }) => [first, last])].join(' '),
          )
          .toSorted()
          .join(';');
  return owners(one) !== '' && owners(one) === owners(other);
}

/**
 * One picture of what several nodes tell. Where they disagree, the highest configuration epoch holds, as among the nodes themselves;
 * at the same epoch what a node says of itself.
 */
export function mergeViews(views: readonly NodesView[]): Topology {
  const known = bestOfEach(views);
  const { claims, claimOfSlot } = ownersOf(views);
  const shardOfSlot = new Int16Array(SLOTS).fill(-1);
  const shards: (Shard & { readonly slots: SlotRange[] })[] = [];
  const uncovered: SlotRange[] = [];
  const indexOf = new Map<string, number>();
  const bounds = boundsOf(claims);
  for (const [i, first] of bounds.entries()) {
    const last = (bounds[i + 1] ?? SLOTS) - 1;
    const claim = claimOfSlot[first]!;
    const primary = known.get(claims[claim]?.id ?? '');
    if (!primary) {
      extend(uncovered, first, last);
      continue;
    }
    let index = indexOf.get(primary.id);
    if (index === undefined) {
      index = shards.length;
      indexOf.set(primary.id, index);
      const replicas = [...known.values()].filter(({ primaryId }) => primaryId === primary.id);
      shards.push({ primary, replicas, slots: [] });
    }
    shardOfSlot.fill(index, first, last + 1);
    extend(shards[index]!.slots, first, last);
  }
  const listed = new Set(shards.flatMap(({ primary, replicas }) => [primary, ...replicas]));
  return {
    nodes: [...listed, ...[...known.values()].filter((node) => !listed.has(node))],
    shards,
    shardOfSlot,
    moves: movesOf(known, (slot) => claims[claimOfSlot[slot]!]?.id),
    uncovered,
    doubled: doubledIn(views),
  };
}

/** All nodes that any of these views names, by what is known best of each. */
export const nodesIn = (views: readonly NodesView[]): ClusterNode[] => [...bestOfEach(views).values()];

/** What two claims give in turn may be one range. */
function extend(ranges: SlotRange[], first: number, last: number): void {
  const before = ranges.at(-1);
  if (before && before.last === first - 1) ranges[ranges.length - 1] = { first: before.first, last };
  else ranges.push({ first, last });
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
      const health = healthOf(own, node, before);
      // Most of what the others say of a node is known by then.
      const news =
        better || own || !before.host || (!before.hostname && node.hostname) || health !== before.health;
      if (!news) continue;
      // Its marks and its own name are only told by itself, and its address mostly by the others.
      const from = better ? node : before;
      const other = better ? before : node;
      best.set(node.id, {
        ...from,
        host: from.host || (other?.host ?? ''),
        hostname: from.hostname ?? other?.hostname,
        marks: own ? node.marks : (before?.marks ?? []),
        health,
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

/** `claimOfSlot`: by index; -1 for a slot that nobody claims. */
function ownersOf(views: readonly NodesView[]): {
  readonly claims: readonly Claim[];
  readonly claimOfSlot: Int32Array;
} {
  const heard: Claim[] = [];
  // Most of what the others say of a node is the very same.
  const known = new Set<ClusterNode>();
  const toldAt = epochsTold(views);
  for (const { teller, nodes } of views)
    for (const node of nodes) {
      const { id, epoch, slots } = node;
      if (slots.length === 0 || known.has(node)) continue;
      // Another one may have heard of a node's newer epoch, and not yet of a slot that it gave away before.
      if (id !== teller && epoch <= (toldAt.get(id) ?? -1)) continue;
      known.add(node);
      heard.push({ id, epoch, own: id === teller, slots });
    }
  // Of two that are equally strong the one holds that was heard first: it comes last, and whoever comes last has the slot.
  const claims = heard.toReversed().toSorted((a, b) => a.epoch - b.epoch || Number(a.own) - Number(b.own));
  const claimOfSlot = new Int32Array(SLOTS).fill(-1);
  for (const [index, { slots }] of claims.entries())
    for (const { first, last } of slots) claimOfSlot.fill(index, first, last + 1);
  return { claims, claimOfSlot };
}

/** At which epoch each primary that was asked has told what it has: all of it, by then. */
function epochsTold(views: readonly NodesView[]): ReadonlyMap<string, number> {
  const told = new Map<string, number>();
  for (const { teller, nodes } of views) {
    const self = nodes.find(({ id }) => id === teller);
    if (self?.role === 'primary') told.set(self.id, Math.max(self.epoch, told.get(self.id) ?? -1));
  }
  return told;
}

/** Where the owner may be another than of the slot before, in order. */
function boundsOf(claims: readonly Claim[]): number[] {
  const bounds = new Set([0]);
  for (const { slots } of claims)
    for (const { first, last } of slots) {
      bounds.add(first);
      if (last + 1 < SLOTS) bounds.add(last + 1);
    }
  return [...bounds].sort((a, b) => a - b);
}

/** Both ends have a mark, or only one of them: a move that was broken off leaves either. */
function movesOf(
  known: ReadonlyMap<string, ClusterNode>,
  ownerIdOf: (slot: number) => string | undefined,
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
    .filter(({ slot, to }) => ownerIdOf(slot) !== to)
    .toSorted((a, b) => a.slot - b.slot);
}

function doubledIn(views: readonly NodesView[]): DoubledSlots[] {
  const claims = new Map<string, readonly SlotRange[]>();
  for (const { teller, nodes } of views) {
    const self = nodes.find(({ id }) => id === teller);
    if (self?.role === 'primary') claims.set(self.id, self.slots);
  }
  const taken = new Uint8Array(SLOTS);
  const doubled = new Set<number>();
  for (const { first, last } of [...claims.values()].flat()) {
    // Most of the time there is none, and nobody looks slot by slot.
    if (taken.subarray(first, last + 1).includes(1))
      for (let slot = first; slot <= last; slot++) if (taken[slot] === 1) doubled.add(slot);
    taken.fill(1, first, last + 1);
  }
  const together = new Map<string, Set<number>>();
  for (const slot of [...doubled].sort((a, b) => a - b)) {
    const ids = [...claims].filter(([, slots]) => holds(slots, slot)).map(([id]) => id);
    const name = ids.join(' ');
    (together.get(name) ?? together.set(name, new Set()).get(name)!).add(slot);
  }
  return [...together].map(([ids, slots]) => ({
    ids: ids.split(' '),
    slots: rangesWhere((slot) => slots.has(slot)),
  }));
}

const holds = (slots: readonly SlotRange[], slot: number): boolean =>
  slots.some(({ first, last }) => first <= slot && slot <= last);
