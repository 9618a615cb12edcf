import { ELEMENT_BOUND } from './bounds.ts';
import type { ElementEvents } from './events.ts';
import { ENCODING } from './length.ts';
import { LzfStream } from './lzf-stream.ts';
import type { Piece } from './piece.ts';

/** Passes one encoded string on in parts, as its bytes come, holding no more than a window of it. */
export class LargeString {
  /** Whether the string has begun and parts of it are still to come. */
  active = false;
  #encoding = -1;
  #left = 0;
  readonly #lzf = new LzfStream();

  /** Takes over after `piece.header`; the bytes from there on go to `run`. */
  begin(piece: Piece): void {
    this.#encoding = piece.encoding;
    this.#left = piece.encodedLength;
    this.active = true;
    if (piece.encoding === ENCODING.LZF) this.#lzf.begin(piece.encodedLength, piece.length);
  }

  /** Ends a string in progress without its rest. */
  abandon(): void {
    this.active = false;
  }

  /** @param piece the one that `begin` was given @returns the position after what was taken */
  run(piece: Piece, buf: Buffer, from: number, limit: number, events: ElementEvents): number {
    if (this.#encoding === ENCODING.LZF) {
      const pos = this.#lzf.run(buf, from, limit, events);
      this.active = !this.#lzf.done;
      return pos;
    }
    if (this.#encoding >= 0) {
      if (limit - from < this.#left) return from;
      piece.decode(buf, from);
      this.active = false;
      events.part(piece.buf, piece.from, piece.to);
      return from + this.#left;
    }
    let pos = from;
    while (this.#left > 0 && pos < limit) {
      const step = Math.min(this.#left, limit - pos, ELEMENT_BOUND);
      events.part(buf, pos, pos + step);
      pos += step;
      this.#left -= step;
    }
    this.active = this.#left > 0;
    return pos;
  }
}
