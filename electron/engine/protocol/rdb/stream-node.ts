import type { ElementEvents } from './events.ts';
import { brokenListpack, ListpackCursor } from './listpack.ts';
import { Piece } from './piece.ts';
import type { StreamId } from './stream-id.ts';

const FLAG = { DELETED: 1, SAME_FIELDS: 2 } as const;

/**
 * The entries of one node of a stream: a listpack that begins with a master entry (counts, field names, a zero); the
 * entries after it give their ids as differences to the node's key and leave out field names equal to the master's.
 * Format: Redis t_stream.c, the comment above streamAppendItem.
 */
export class StreamNode {
  readonly #listpack = new ListpackCursor();
  readonly #piece = new Piece();

  /** Tells the live entries in buf[from, to). @throws RDB_BROKEN */
  tell(key: StreamId, buf: Buffer, from: number, to: number, events: ElementEvents): void {
    const listpack = this.#listpack;
    listpack.open(buf, from, to);
    this.#integer();
    this.#integer();
    const masterFields: Buffer[] = [];
    for (let left = this.#integer(); left > 0; left--) masterFields.push(this.#bytes());
    this.#integer();
    while (listpack.step()) {
      if (!listpack.isInteger) throw brokenListpack();
      const flags = listpack.low;
      this.#integer();
      const msHigh = listpack.high;
      const msLow = listpack.low;
      this.#integer();
      const id = key.textPlus(msHigh, msLow, listpack.high, listpack.low);
      const fieldsAndValues: Buffer[] = [];
      if ((flags & FLAG.SAME_FIELDS) !== 0) {
        for (const field of masterFields) fieldsAndValues.push(field, this.#bytes());
      } else {
        for (let left = this.#integer() * 2; left > 0; left--) fieldsAndValues.push(this.#bytes());
      }
      this.#integer();
      if ((flags & FLAG.DELETED) === 0) events.streamEntry(id, fieldsAndValues);
    }
  }

  /** The next item, which must be an integer; its value is of use where it is known to be small. */
  #integer(): number {
    const listpack = this.#listpack;
    if (!listpack.step() || !listpack.isInteger) throw brokenListpack();
    return listpack.low;
  }

  #bytes(): Buffer {
    const listpack = this.#listpack;
    if (!listpack.step()) throw brokenListpack();
    if (!listpack.isInteger) return listpack.buf.subarray(listpack.from, listpack.to);
    const piece = this.#piece;
    listpack.copyTo(piece);
    return Buffer.from(piece.buf.subarray(piece.from, piece.to));
  }
}
