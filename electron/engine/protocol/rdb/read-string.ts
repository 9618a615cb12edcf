import type { Owner } from './fault.ts';
import type { ElementEvents } from './events.ts';
import { LargeString } from './large-string.ts';
import { Piece } from './piece.ts';
import type { RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';

/** A string value: its length, then its parts. */
export class StringReader implements BodyReader {
  done = false;
  #begun = false;
  #events!: ElementEvents;
  readonly #piece = new Piece();
  readonly #large = new LargeString();

  begin(_type: RdbType, _owner: Owner, events: ElementEvents): void {
    this.#events = events;
    this.done = this.#begun = false;
  }

  run(buf: Buffer, from: number, limit: number): number {
    let pos = from;
    if (!this.#begun) {
      const body = this.#piece.header(buf, pos, limit);
      if (body > limit) return pos;
      if (this.#piece.isInteger) {
        if (body + this.#piece.encodedLength > limit) return pos;
        this.#piece.decode(buf, body);
        this.#events.string(this.#piece.to - this.#piece.from);
      } else {
        this.#events.string(this.#piece.length);
      }
      this.#large.begin(this.#piece);
      this.#begun = true;
      pos = body;
    }
    pos = this.#large.run(this.#piece, buf, pos, limit, this.#events);
    this.done = !this.#large.active;
    return pos;
  }
}
