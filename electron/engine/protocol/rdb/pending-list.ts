import { PENDING_BOUND } from './bounds.ts';
import { broken, nameOf, unsupported, type Owner } from './fault.ts';

const ID_BYTES = 16;
const FIRST_ENTRIES = 256;

/**
 * The pending entries of one consumer group. The snapshot has them all with their times first, in the order of their ids,
 * and then for each consumer only the ids that are its own; so the times must be held until the consumers have come.
 */
export class PendingList {
  #ids = Buffer.allocUnsafeSlow(FIRST_ENTRIES * ID_BYTES);
  #deliveryTimesMs = new Float64Array(FIRST_ENTRIES);
  #deliveries = new Float64Array(FIRST_ENTRIES);
  #count = 0;
  #lastFound = -1;

  clear(): void {
    if (this.#deliveries.length > FIRST_ENTRIES) this.#resize(FIRST_ENTRIES, 0);
    this.#count = 0;
    this.#lastFound = -1;
  }

  /** Adds the id in buf[at, at + 16). @throws RDB_BROKEN out of order, RDB_UNSUPPORTED beyond PENDING_BOUND */
  add(buf: Buffer, at: number, deliveryTimeMs: number, deliveries: number, owner: Owner): void {
    const index = this.#count;
    if (index === PENDING_BOUND) {
      throw unsupported(`${nameOf(owner)} has a group with more than ${PENDING_BOUND} pending entries`);
    }
    if (index === this.#deliveries.length) this.#resize(index * 2, index);
    buf.copy(this.#ids, index * ID_BYTES, at, at + ID_BYTES);
    if (index > 0 && compareIds(this.#ids, (index - 1) * ID_BYTES, this.#ids, index * ID_BYTES) >= 0) {
      throw broken('the pending entries of a group are not in order');
    }
    this.#deliveryTimesMs[index] = deliveryTimeMs;
    this.#deliveries[index] = deliveries;
    this.#count++;
  }

  /** The index of the id in buf[at, at + 16). @throws RDB_BROKEN when the group does not have it */
  find(buf: Buffer, at: number): number {
    // A consumer's ids ascend, so the next one is most often just behind the last one.
    let low = this.#lastFound + 1;
    if (low >= this.#count || compareIds(this.#ids, low * ID_BYTES, buf, at) > 0) low = 0;
    else if (compareIds(this.#ids, low * ID_BYTES, buf, at) === 0) return (this.#lastFound = low);
    let high = this.#count - 1;
    while (low <= high) {
      const middle = (low + high) >>> 1;
      const order = compareIds(this.#ids, middle * ID_BYTES, buf, at);
      if (order === 0) return (this.#lastFound = middle);
      if (order < 0) low = middle + 1;
      else high = middle - 1;
    }
    throw broken('a consumer has a pending entry that its group does not have');
  }

  deliveryTimeMs(index: number): number {
    return this.#deliveryTimesMs[index]!;
  }

  deliveries(index: number): number {
    return this.#deliveries[index]!;
  }

  #resize(entries: number, kept: number): void {
    const ids = Buffer.allocUnsafeSlow(entries * ID_BYTES);
    this.#ids.copy(ids, 0, 0, kept * ID_BYTES);
    const times = new Float64Array(entries);
    times.set(this.#deliveryTimesMs.subarray(0, kept));
    const deliveries = new Float64Array(entries);
    deliveries.set(this.#deliveries.subarray(0, kept));
    this.#ids = ids;
    this.#deliveryTimesMs = times;
    this.#deliveries = deliveries;
  }
}

function compareIds(a: Buffer, aAt: number, b: Buffer, bAt: number): number {
  for (let i = 0; i < ID_BYTES; i++) {
    const difference = a[aAt + i]! - b[bAt + i]!;
    if (difference !== 0) return difference;
  }
  return 0;
}
