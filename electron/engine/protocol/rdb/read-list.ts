import type { Owner } from './fault.ts';
import { ELEMENT_BOUND } from './bounds.ts';
import { NO_EXPIRY, type ElementEvents } from './events.ts';
import { LargeString } from './large-string.ts';
import { Length } from './length.ts';
import { Piece } from './piece.ts';
import type { RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';

/** Types 1 and 2: a count, then strings. */
export class ListReader implements BodyReader {
  done = false;
  /** Elements that have not begun; -1 before the count was read. */
  #left = -1;
  #events!: ElementEvents;
  readonly #count = new Length();
  readonly #piece = new Piece();
  readonly #large = new LargeString();

  begin(_type: RdbType, _owner: Owner, events: ElementEvents): void {
    this.#events = events;
    this.#left = -1;
    this.#large.abandon();
    this.done = false;
  }

  run(buf: Buffer, from: number, limit: number): number {
    const piece = this.#piece;
    const events = this.#events;
    let pos = from;
    if (this.#left < 0) {
      const end = this.#count.read(buf, pos, limit);
      if (end > limit) return pos;
      this.#left = this.#count.value;
      pos = end;
    }
    for (;;) {
      if (this.#large.active) {
        pos = this.#large.run(piece, buf, pos, limit, events);
        if (this.#large.active) break;
      }
      if (this.#left === 0) {
        this.done = true;
        break;
      }
      const body = piece.header(buf, pos, limit);
      if (body > limit) break;
      if (piece.length > ELEMENT_BOUND) {
        this.#left--;
        events.largeElement('element', piece.length, NO_EXPIRY);
        this.#large.begin(piece);
        pos = body;
        continue;
      }
      const end = body + piece.encodedLength;
      if (end > limit) break;
      this.#left--;
      piece.decode(buf, body);
      events.element(piece.buf, piece.from, piece.to);
      pos = end;
    }
    return pos;
  }
}
