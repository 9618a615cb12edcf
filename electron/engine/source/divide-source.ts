import { SlotSet } from '../router/slot-set.ts';
import type { Shard } from '../router/topology.ts';

/** A part of a task, and the slots that it has had so far. */
export interface FormerPart {
  readonly number: number;
  readonly slots: SlotSet;
}

export interface DividedPart extends FormerPart {
  readonly shard: Shard;
}

export interface Division {
  readonly parts: readonly DividedPart[];
  /** Numbers of those that have no shard any more. */
  readonly gone: readonly number[];
}

/**
 * Slots that two parts vouch for. A part that was taken off its target comes back where that goes back to an earlier save, and nobody can
 * tell which of the two is right: so neither is.
 */
export function doubted(former: readonly FormerPart[]): SlotSet {
  let seen = SlotSet.of([]);
  let twice = SlotSet.of([]);
  for (const { slots } of former) {
    twice = twice.or(seen.and(slots));
    seen = seen.or(slots);
  }
  return twice;
}

/**
 * One part for each shard of a source. A part stays with the shard that has the most of its slots, so that what it has brought stays
 * brought; a shard that no part stays with gets one that has no slots, or a new one. One without slots may be another run's that has only
 * begun: where it is claimed, and not removed, that run hears of it.
 */
export function divideSource(shards: readonly Shard[], former: readonly FormerPart[]): Division {
  const shares = former
    .flatMap((part) =>
      shards.map((shard) => ({ part, shard, size: part.slots.and(SlotSet.of(shard.slots)).size })),
    )
    .filter(({ size }) => size > 0)
    .sort((a, b) => b.size - a.size);
  const numberOf = new Map<Shard, number>();
  const placed = new Set<number>();
  for (const { part, shard } of shares) {
    if (numberOf.has(shard) || placed.has(part.number)) continue;
    numberOf.set(shard, part.number);
    placed.add(part.number);
  }
  const empty = former.filter(({ slots }) => slots.size === 0).map(({ number }) => number);
  let last = Math.max(0, ...former.map(({ number }) => number));
  const nextNumber = (): number => {
    const number = empty.shift() ?? ++last;
    placed.add(number);
    return number;
  };
  const parts = shards.map((shard) => ({
    number: numberOf.get(shard) ?? nextNumber(),
    slots: SlotSet.of(shard.slots),
    shard,
  }));
  return {
    parts,
    gone: former.map(({ number }) => number).filter((number) => !placed.has(number)),
  };
}
