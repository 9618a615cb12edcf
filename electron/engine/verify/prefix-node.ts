import type { DifferenceKind } from '../../../shared/model/comparison.ts';
import { isNumberLike } from '../../../shared/format/number-like.ts';

/** With more children than these, those that look like numbers count as one. */
const MOST_NUMBERS = 32;

/** What is counted of a prefix, in this order. */
export const COUNTED = ['sourceKeys', 'targetKeys', 'missing', 'extra', 'value', 'type', 'expiry'] as const;
export type Counted = (typeof COUNTED)[number];

const PLACE = Object.fromEntries(COUNTED.map((name, i) => [name, i])) as Record<Counted, number>;

const COUNTED_AS: Readonly<Record<Exclude<DifferenceKind, 'function'>, Counted>> = {
  'missing-on-target': 'missing',
  'missing-on-source': 'extra',
  type: 'type',
  value: 'value',
  group: 'value',
  ttl: 'expiry',
  'field-ttl': 'expiry',
};

/** How a difference of a key is counted; undefined for what is no key's. */
export const countedAs = (kind: DifferenceKind): Counted | undefined =>
  kind === 'function' ? undefined : COUNTED_AS[kind];

/** The keys whose names begin alike. */
export class PrefixNode {
  /** Its last part, as latin1. */
  readonly segment: string;
  /** Its last part stands for all that look like numbers. */
  readonly isPattern: boolean;
  parent: PrefixNode | undefined;
  /** Of those that came to be counted together with others: where. */
  private into: PrefixNode | undefined;
  children: Map<string, PrefixNode> | undefined;
  /** How many of its children look like numbers, as long as each counts for itself. */
  private numbers = 0;
  /** Those of its children whose last part looks like a number, once there were too many. */
  numbered: PrefixNode | undefined;
  readonly counts = new Float64Array(COUNTED.length);
  /** Of the keys that are in none of its children: how many are to be measured, how many were, and what these take in memory. */
  askedKeys = 0;
  sizedKeys = 0;
  sizedBytes = 0;

  constructor(segment: string, isPattern: boolean, parent: PrefixNode | undefined) {
    this.segment = segment;
    this.isPattern = isPattern;
    this.parent = parent;
  }

  count(what: Counted): number {
    return this.counts[PLACE[what]]!;
  }

  /** Counts for itself and all that it is a part of. */
  add(what: Counted, keys: number): void {
    const place = PLACE[what];
    for (let node: PrefixNode | undefined = this.standing(); node; node = node.parent)
      node.counts[place]! += keys;
  }

  /** What counts for it now. */
  standing(): PrefixNode {
    return this.into?.standing() ?? this;
  }

  /** All children, those that look like numbers as one. */
  *inner(): Generator<PrefixNode> {
    if (this.numbered) yield this.numbered;
    if (this.children) yield* this.children.values();
  }

  /** Takes over what another one has counted, which is not counted for its parents again. @returns how many nodes are less by that */
  private absorb(other: PrefixNode): number {
    other.into = this;
    for (let place = 0; place < this.counts.length; place++) this.counts[place]! += other.counts[place]!;
    this.askedKeys += other.askedKeys;
    this.sizedKeys += other.sizedKeys;
    this.sizedBytes += other.sizedBytes;
    let fewer = 1;
    for (const child of other.inner()) fewer += this.adopt(child);
    return fewer;
  }

  /** Takes a node in as a child, or its counts where it has no place by itself. @returns how many nodes are less by that */
  adopt(child: PrefixNode): number {
    if (child.isPattern) {
      if (this.numbered) return this.numbered.absorb(child);
      child.parent = this;
      this.numbered = child;
      return this.gather(child);
    }
    const numberLike = isNumberLike(child.segment);
    if (numberLike && this.numbered) return this.numbered.absorb(child);
    const own = this.children?.get(child.segment);
    if (own) return own.absorb(child);
    child.parent = this;
    (this.children ??= new Map()).set(child.segment, child);
    if (!numberLike || ++this.numbers <= MOST_NUMBERS) return 0;
    this.numbered = new PrefixNode('', true, this);
    return this.gather(this.numbered) - 1;
  }

  private gather(numbered: PrefixNode): number {
    let fewer = 0;
    for (const child of [...(this.children?.values() ?? [])]) {
      if (!isNumberLike(child.segment)) continue;
      this.children!.delete(child.segment);
      fewer += numbered.absorb(child);
    }
    return fewer;
  }
}
