import { Blob } from './blob.ts';
import { BLOB_BOUND } from './bounds.ts';
import { NO_EXPIRY, type ElementEvents, type RdbEvents } from './events.ts';
import { nameOf, namingOwner, unsupported } from './fault.ts';
import { IGNORED_ELEMENTS } from './ignored-elements.ts';
import { ModuleScan } from './module-value.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import { ValueReader } from './value-reader.ts';

const FIRST_COLLECTED_BYTES = 512 * 1024;
const NO_BYTES = Buffer.alloc(0);

/** Reads a key and value that are together larger than a window: the key whole, the value by its elements. */
export class LargeEntryReader {
  done = true;
  readonly #events: RdbEvents;
  #type: RdbType = RDB_TYPE.STRING;
  #expireAtMs = NO_EXPIRY;
  #afterKey = false;
  #key: Buffer = NO_BYTES;
  #elements: ElementEvents | undefined;
  readonly #keyBlob = new Blob();
  readonly #value = new ValueReader();
  readonly #module = new ModuleScan();
  /** Up to so many bytes the value is collected to be told whole. */
  #wholeUpTo = 0;
  #collected = NO_BYTES;
  #have = 0;

  constructor(events: RdbEvents) {
    this.#events = events;
  }

  /** Begins with the bytes behind the type. */
  begin(type: RdbType, expireAtMs: number): void {
    this.#type = type;
    this.#expireAtMs = expireAtMs;
    this.#afterKey = false;
    this.#keyBlob.begin('a key');
    this.done = false;
  }

  /** Forgets an entry in progress. */
  abandon(): void {
    this.done = true;
    this.#collected = NO_BYTES;
  }

  run(buf: Buffer, from: number, limit: number): number {
    let pos = from;
    if (!this.#afterKey) {
      pos = this.#keyBlob.advance(buf, pos, limit);
      if (!this.#keyBlob.ready) return pos;
      this.#key = Buffer.from(this.#keyBlob.buf.subarray(this.#keyBlob.from, this.#keyBlob.to));
      this.#keyBlob.release();
      this.#afterKey = true;
      this.#beginValue();
    }
    try {
      if (this.#elements === undefined) pos = this.#collect(buf, pos, limit);
      else pos = this.#value.run(buf, pos, limit);
    } catch (error) {
      throw namingOwner(error, this.#key);
    }
    if (this.#elements !== undefined && this.#value.done) {
      this.done = true;
      this.#elements.end();
    }
    return pos;
  }

  #beginValue(): void {
    this.#have = 0;
    this.#elements = undefined;
    if (this.#type === RDB_TYPE.MODULE_2) {
      this.#wholeUpTo = BLOB_BOUND;
      this.#module.begin();
      return;
    }
    this.#wholeUpTo = this.#events.wholeUpTo?.(this.#type) ?? 0;
    if (this.#wholeUpTo > 0) this.#value.begin(this.#type, this.#key, IGNORED_ELEMENTS);
    else this.#tellElements();
  }

  #tellElements(): void {
    this.#elements = this.#events.largeValue(this.#type, this.#key, this.#expireAtMs);
    this.#value.begin(this.#type, this.#key, this.#elements);
  }

  /** Collects the value to tell it whole. What knows its end is the module's framing, or the reader of its elements. */
  #collect(buf: Buffer, from: number, limit: number): number {
    const scan = this.#type === RDB_TYPE.MODULE_2 ? this.#module : this.#value;
    const pos = scan.run(buf, from, limit);
    const total = this.#have + pos - from;
    if (total > this.#wholeUpTo) return this.#tooLarge(buf, from, limit);
    this.#append(buf, from, pos);
    if (scan.done) {
      this.done = true;
      const body = this.#collected;
      this.#collected = NO_BYTES;
      this.#events.value(this.#type, this.#key, 0, this.#key.length, body, 0, total, this.#expireAtMs);
    }
    return pos;
  }

  #append(buf: Buffer, from: number, to: number): void {
    const total = this.#have + to - from;
    if (total > this.#collected.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.max(total, FIRST_COLLECTED_BYTES, Math.min(this.#collected.length * 2, this.#wholeUpTo)),
      );
      this.#collected.copy(larger, 0, 0, this.#have);
      this.#collected = larger;
    }
    buf.copy(this.#collected, this.#have, from, to);
    this.#have = total;
  }

  /** Nobody but the module can take its value apart; any other is told by its elements, first those that were collected. */
  #tooLarge(buf: Buffer, from: number, limit: number): number {
    if (this.#type === RDB_TYPE.MODULE_2) {
      throw unsupported(
        `${nameOf(this.#key)} is a value of the module ${this.#module.name} of more than ${this.#wholeUpTo} bytes`,
      );
    }
    const collected = this.#collected;
    this.#collected = NO_BYTES;
    this.#tellElements();
    // The same bytes end at the same place as before, so nothing of them is left.
    this.#value.run(collected, 0, this.#have);
    return this.#value.run(buf, from, limit);
  }
}
