import { Blob } from './blob.ts';
import { BLOB_BOUND } from './bounds.ts';
import { NO_EXPIRY, type ElementEvents, type RdbEvents } from './events.ts';
import { nameOf, namingOwner, unsupported } from './fault.ts';
import { ModuleScan } from './module-value.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import { ValueReader } from './value-reader.ts';

const FIRST_MODULE_BYTES = 512 * 1024;
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
    if (this.#elements === undefined) return this.#collectModule(buf, pos, limit);
    try {
      pos = this.#value.run(buf, pos, limit);
    } catch (error) {
      throw namingOwner(error, this.#key);
    }
    if (this.#value.done) {
      this.done = true;
      this.#elements.end();
    }
    return pos;
  }

  #beginValue(): void {
    if (this.#type === RDB_TYPE.MODULE_2) {
      this.#elements = undefined;
      this.#module.begin();
      this.#have = 0;
      return;
    }
    this.#elements = this.#events.largeValue(this.#type, this.#key, this.#expireAtMs);
    this.#value.begin(this.#type, this.#key, this.#elements);
  }

  /** Nobody but the module can take its value apart, so it is passed on whole. */
  #collectModule(buf: Buffer, from: number, limit: number): number {
    const pos = this.#module.run(buf, from, limit);
    const total = this.#have + pos - from;
    if (total > BLOB_BOUND) {
      throw unsupported(
        `${nameOf(this.#key)} is a value of the module ${this.#module.name} of more than ${BLOB_BOUND} bytes`,
      );
    }
    if (total > this.#collected.length) {
      const larger = Buffer.allocUnsafeSlow(
        Math.max(total, FIRST_MODULE_BYTES, Math.min(this.#collected.length * 2, BLOB_BOUND)),
      );
      this.#collected.copy(larger, 0, 0, this.#have);
      this.#collected = larger;
    }
    buf.copy(this.#collected, this.#have, from, pos);
    this.#have = total;
    if (this.#module.done) {
      this.done = true;
      const body = this.#collected;
      this.#collected = NO_BYTES;
      this.#events.value(this.#type, this.#key, 0, this.#key.length, body, 0, total, this.#expireAtMs);
    }
    return pos;
  }
}
