import type { KeyGroups } from './key-groups.ts';

/** A command that uses several keys; `end` is the stream's offset behind it. */
export interface JoinedUse {
  readonly end: number;
  readonly ids: readonly number[];
}

const NEVER = -1;
const LATER = Number.MAX_SAFE_INTEGER;

/**
 * At which offset of the stream each key is read. A command up to that offset is in the value, so it is left out; one after it
 * is applied. A command with several keys must be either for all of them. As the stream goes on between readings, some keys
 * have to be read again, at a later offset, and others have to come in.
 */
export class ReadingOrder {
  private readonly groups: KeyGroups;
  /** What commands with several keys there have been since the groups were made. */
  private readonly uses: readonly JoinedUse[];
  private readonly offsets = new Map<number, number>();

  /** `uses` may grow. */
  constructor(groups: KeyGroups, uses: readonly JoinedUse[]) {
    this.groups = groups;
    this.uses = uses;
  }

  /** The offset at which each key was read last. */
  get readings(): ReadonlyMap<number, number> {
    return this.offsets;
  }

  /** Notes that keys were read at an offset. */
  note(ids: Iterable<number>, offset: number): void {
    for (const id of ids) this.offsets.set(id, offset);
  }

  /** The keys to be read next, none at the end; `uses` reach up to all that was noted. */
  next(): Set<number> {
    const next = new Set<number>();
    for (let before = -1; next.size > before;) {
      before = next.size;
      for (const { end, ids: used } of this.uses) {
        const inValue = used.filter((id) => this.offsetOf(id, next) >= end);
        if (inValue.length === 0 || inValue.length === used.length) continue;
        for (const id of used) if (this.offsetOf(id, next) < end) this.add(id, next);
      }
    }
    return next;
  }

  private offsetOf(id: number, next: ReadonlySet<number>): number {
    return next.has(id) ? LATER : (this.offsets.get(id) ?? NEVER);
  }

  /** A key that was read before has its group with it already. */
  private add(id: number, next: Set<number>): void {
    if (this.offsets.has(id)) next.add(id);
    else for (const member of this.groups.groupOf(id)) next.add(member);
  }
}
