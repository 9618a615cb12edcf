import { MOST_PREFIXES, type DifferenceKind } from '../../../shared/model/comparison.ts';
import { isNumberLike } from '../../../shared/format/number-like.ts';
import { findDelimiter } from './key-segments.ts';
import { countedAs, PrefixNode, type Counted } from './prefix-node.ts';

/** So many names are looked at before it is said what they are divided by. */
const SAMPLE_KEYS = 1000;
/** Longer names are not divided any further. */
const MOST_SEGMENTS = 8;
/** Differences that can be taken back one by one; see `forget`. */
const MOST_NOTED = 100_000;
/** Keys of a prefix, and of all databases, that a server is asked for the memory of; with more, those measured stand for the others. */
const MOST_SIZED_OF_PREFIX = 200;
const MOST_SIZED = 200_000;

interface Noted {
  readonly slot: number;
  readonly node: PrefixNode;
  readonly as: Counted;
}

/** A key that was met before it was known what divides names: it counts as one of a side, or has this size. */
type Waiting = { readonly key: Buffer } & ({ readonly as: Counted } | { readonly bytes: number });

/** How many prefixes the databases of a comparison have together, and of how many keys the memory was asked for. */
export interface PrefixRoom {
  nodes: number;
  asked: number;
}

/**
 * The keys of one database by what their names begin with: `user:1:cart` counts for `user:` and `user:1:`. Its memory does not grow with the
 * keys: what looks like a number counts as one with its like where there are many (`user:*:`), and where there are as many prefixes as
 * are kept, the keys of another one count for what that is a part of alone.
 */
export class PrefixTree {
  readonly root = new PrefixNode('', false, undefined);
  private readonly room: PrefixRoom;
  private known: string | undefined;
  private decided: boolean;
  private waiting: Waiting[] = [];
  private noted: Noted[] = [];
  /** There was no room for all of the name that was looked up last. */
  private cut = false;
  /** Keys for which there was no room by themselves. */
  unlistedKeys = 0;
  /** False where some slots were counted twice, as they changed hands. */
  exact = true;
  /** What keys take in memory is kept as well. */
  measures: boolean;

  /** `delimiter`: one character; found in the names where it is left out. */
  constructor(room: PrefixRoom, delimiter: string | undefined, measures = false) {
    this.room = room;
    this.measures = measures;
    this.known = delimiter;
    this.decided = delimiter !== undefined;
  }

  /** What names are divided by; undefined where nothing divides them. */
  get delimiter(): string | undefined {
    this.decide();
    return this.known;
  }

  /** A key was met on a side. */
  count(side: 'source' | 'target', key: Buffer): void {
    const as = side === 'source' ? 'sourceKeys' : 'targetKeys';
    if (this.decided) return this.tell(key, as);
    this.wait(key, { as });
  }

  /** Whether the memory of this key is to be asked for, since few of its prefix were measured; then it counts as asked for. */
  wantsSize(key: Buffer): boolean {
    if (!this.measures || this.room.asked >= MOST_SIZED) return false;
    this.decide();
    const node = this.nodeOf(key);
    if (node.askedKeys >= MOST_SIZED_OF_PREFIX) return false;
    node.askedKeys += 1;
    this.room.asked += 1;
    return true;
  }

  /** What a key takes in memory; one that both sides have is measured once. */
  measured(key: Buffer, bytes: number): void {
    if (!this.measures) return;
    if (!this.decided) return this.wait(key, { bytes });
    const node = this.nodeOf(key);
    node.sizedKeys += 1;
    node.sizedBytes += bytes;
  }

  /** A key of a slot differs. */
  differ(kind: DifferenceKind, key: Buffer, slot: number): void {
    const as = countedAs(kind);
    if (!as) return;
    this.decide();
    const node = this.nodeOf(key);
    node.add(as, 1);
    if (this.noted.length < MOST_NOTED) this.noted.push({ slot, node, as });
  }

  /** These slots are counted anew. Their differences so far do not count; that their keys do is said. */
  forget(slots: ReadonlySet<number>): void {
    this.exact = false;
    this.noted = this.noted.filter(({ slot, node, as }) => {
      if (!slots.has(slot)) return true;
      node.add(as, -1);
      return false;
    });
  }

  private wait(key: Buffer, what: { readonly as: Counted } | { readonly bytes: number }): void {
    // Copied, since it is a part of a buffer of the connection.
    this.waiting.push({ key: Buffer.from(key), ...what });
    if (this.waiting.length >= SAMPLE_KEYS) this.decide();
  }

  private decide(): void {
    if (this.decided) return;
    this.decided = true;
    this.known = findDelimiter(this.waiting.flatMap((one) => ('as' in one ? [one.key] : [])));
    for (const one of this.waiting)
      if ('as' in one) this.tell(one.key, one.as);
      else this.measured(one.key, one.bytes);
    this.waiting = [];
  }

  private tell(key: Buffer, as: Counted): void {
    this.cut = false;
    this.nodeOf(key).add(as, 1);
    if (this.cut) this.unlistedKeys += 1;
  }

  private nodeOf(key: Buffer): PrefixNode {
    let node = this.root;
    if (this.known === undefined) return node;
    const code = this.known.charCodeAt(0);
    for (let from = 0, depth = 0; depth < MOST_SEGMENTS; depth++) {
      const to = key.indexOf(code, from);
      if (to < 0) return node;
      const child = this.childOf(node, key.toString('latin1', from, to));
      if (!child) {
        this.cut = true;
        return node;
      }
      node = child;
      from = to + 1;
    }
    return node;
  }

  private childOf(node: PrefixNode, segment: string): PrefixNode | undefined {
    const known = node.children?.get(segment);
    if (known) return known;
    if (node.numbered && isNumberLike(segment)) return node.numbered;
    if (this.room.nodes >= MOST_PREFIXES) return undefined;
    const child = new PrefixNode(segment, false, node);
    this.room.nodes += 1 - node.adopt(child);
    return child.standing();
  }
}
