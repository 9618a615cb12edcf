import {
  EXPIRY_STEPS_MS,
  fullestSlots,
  MOST_KINDS,
  SIZE_STEPS_BYTES,
  SLOT_BANDS,
  type Contents,
} from '../../../../shared/model/contents.ts';
import { keySlot, SLOTS } from '../../router/key-slot.ts';
import { LargestKeys } from './largest-keys.ts';

/** What is known of a key. */
export interface KeyFacts {
  readonly db: number;
  readonly key: Buffer;
  readonly type: string;
  readonly encoding: string;
  readonly bytes: number;
  /** Negative for one that does not expire. */
  readonly ttlMs: number;
}

interface Count {
  keys: number;
  bytes: number;
}

const OTHER = 'other';

/** Keys of one side, counted by what they are. Its memory does not grow with the keys. */
export class ContentsTally {
  private readonly all: Count = { keys: 0, bytes: 0 };
  private readonly types = new Map<string, Count>();
  private readonly encodings = new Map<string, { type: string; encoding: string; keys: number }>();
  private readonly expiry = new Float64Array(EXPIRY_STEPS_MS.length + 1);
  private withoutExpiry = 0;
  private readonly sizes = Array.from({ length: SIZE_STEPS_BYTES.length + 1 }, () => ({ keys: 0, bytes: 0 }));
  private readonly slots = new Float64Array(SLOTS);
  private readonly largest = new LargestKeys();
  measured = true;
  exact = true;

  count({ db, key, type, encoding, bytes, ttlMs }: KeyFacts): void {
    add(this.all, bytes);
    add(this.typeOf(type), bytes);
    this.encodingOf(type, encoding).keys += 1;
    if (ttlMs < 0) this.withoutExpiry += 1;
    else this.expiry[stepOf(EXPIRY_STEPS_MS, ttlMs)]! += 1;
    add(this.sizes[stepOf(SIZE_STEPS_BYTES, bytes)]!, bytes);
    this.slots[keySlot(key)]! += 1;
    this.largest.meet(db, key, type, bytes);
  }

  told(): Contents {
    const bands = Array.from({ length: SLOT_BANDS }, () => 0);
    this.slots.forEach((keys, slot) => (bands[Math.floor((slot * SLOT_BANDS) / SLOTS)]! += keys));
    return {
      ...this.all,
      types: [...this.types]
        .map(([type, count]) => ({ type, ...count }))
        .toSorted((a, b) => b.bytes - a.bytes),
      encodings: [...this.encodings.values()].toSorted((a, b) => b.keys - a.keys),
      expiry: Array.from(this.expiry, (keys, i) => ({ upToMs: EXPIRY_STEPS_MS[i] ?? null, keys })),
      withoutExpiry: this.withoutExpiry,
      sizes: this.sizes.map((count, i) => ({ upToBytes: SIZE_STEPS_BYTES[i] ?? null, ...count })),
      largest: this.largest.told(),
      slots: { used: this.slots.filter((keys) => keys > 0).length, bands, fullest: fullestSlots(this.slots) },
      measured: this.measured,
      exact: this.exact,
    };
  }

  private typeOf(type: string): Count {
    return getOrMake(this.types, type, () => ({ keys: 0, bytes: 0 }));
  }

  private encodingOf(type: string, encoding: string): { keys: number } {
    return getOrMake(
      this.encodings,
      `${type} ${encoding}`,
      () => ({ type, encoding, keys: 0 }),
      () => ({
        ...{ type: OTHER, encoding: OTHER, keys: 0 },
      }),
    );
  }
}

function add(count: Count, bytes: number): void {
  count.keys += 1;
  count.bytes += bytes;
}

/** The first step that the figure does not pass; one more where it passes all. */
function stepOf(steps: readonly number[], figure: number): number {
  const step = steps.findIndex((upTo) => figure <= upTo);
  return step < 0 ? steps.length : step;
}

/** Beyond a bound what is new counts with all others. */
function getOrMake<T>(map: Map<string, T>, name: string, make: () => T, makeOther = make): T {
  const known = map.get(name);
  if (known) return known;
  if (map.size >= MOST_KINDS) {
    const other = map.get(OTHER) ?? makeOther();
    map.set(OTHER, other);
    return other;
  }
  const made = make();
  map.set(name, made);
  return made;
}
