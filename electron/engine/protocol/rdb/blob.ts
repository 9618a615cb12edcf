import { BLOB_BOUND, ELEMENT_BOUND } from './bounds.ts';
import { nameOf, unsupported, type Owner } from './fault.ts';
import { Piece } from './piece.ts';

const FIRST_BYTES = ELEMENT_BOUND * 2;

/**
 * An encoded string that must be had whole: read in place while it is short, collected in a buffer of its own when it is
 * larger than a window. Of what its header claims only as much memory is taken as bytes have really come.
 */
export class Blob extends Piece {
  /** What to name when the blob is too large, for example a key. */
  owner: Owner = '';
  #collected: Buffer | undefined;
  #have = 0;
  #collecting = false;
  /** Whether the blob is whole, in buf[from, to). */
  ready = false;

  begin(owner: Owner): void {
    this.owner = owner;
    this.#collecting = false;
    this.#have = 0;
  }

  /**
   * Takes what is there of the blob at `pos`.
   * @returns the position after what was taken; `ready` tells whether the blob is whole now
   * @throws RDB_UNSUPPORTED beyond BLOB_BOUND
   */
  advance(buf: Buffer, pos: number, limit: number): number {
    this.ready = false;
    if (this.#collecting) return this.#collect(buf, pos, limit);
    const body = this.header(buf, pos, limit);
    if (body > limit) return pos;
    const end = body + this.encodedLength;
    if (Math.max(this.encodedLength, this.length) > BLOB_BOUND) {
      throw unsupported(
        `${nameOf(this.owner)} holds a block of ${Math.max(this.encodedLength, this.length)} bytes`,
      );
    }
    if (end <= limit) {
      this.decode(buf, body);
      this.ready = true;
      return end;
    }
    if (this.encodedLength <= ELEMENT_BOUND) return pos;
    this.#collecting = true;
    this.#have = 0;
    return this.#collect(buf, body, limit);
  }

  #collect(buf: Buffer, pos: number, limit: number): number {
    const step = Math.min(this.encodedLength - this.#have, limit - pos);
    let into = this.#collected ?? Buffer.allocUnsafeSlow(FIRST_BYTES);
    if (into.length < this.#have + step) {
      const larger = Buffer.allocUnsafeSlow(
        Math.max(this.#have + step, Math.min(into.length * 2, this.encodedLength)),
      );
      into.copy(larger, 0, 0, this.#have);
      into = larger;
    }
    this.#collected = into;
    buf.copy(into, this.#have, pos, pos + step);
    this.#have += step;
    if (this.#have === this.encodedLength) {
      this.#collecting = false;
      this.decode(into, 0);
      this.ready = true;
    }
    return pos + step;
  }

  override release(): void {
    super.release();
    if (this.#collected !== undefined && !this.#collecting) this.#collected = undefined;
  }
}
