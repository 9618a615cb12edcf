import type { Arena } from '../../arena/arena.ts';
import { u32le } from './little-endian.ts';

export const CHECKSUM_BYTES = 8;

/** The checksum over a snapshot whose bytes may be decoded more than once, but count once. */
export class SnapshotChecksum {
  /** Bytes before this offset have been counted. */
  counted = 0;
  readonly #arena: Arena;
  readonly #slot: number;

  constructor(arena: Arena, slot: number) {
    this.#arena = arena;
    this.#slot = slot;
    arena.crcReset(slot);
  }

  /** Counts up to buf[end]; `base` is what has to be added to a position in `buf` to get an offset. */
  count(buf: Buffer, end: number, base: number): void {
    const first = this.counted - base;
    if (first >= end) return;
    this.#arena.crcUpdate(this.#slot, buf, first, end);
    this.counted = base + end;
  }

  /** Whether the checksum stands in buf[at, at + 8), or eight zeros: the server runs with `rdbchecksum no`. */
  matches(buf: Buffer, at: number): boolean {
    const given = u32le(buf, at) !== 0 || u32le(buf, at + 4) !== 0;
    return !given || this.#arena.crcEquals(this.#slot, buf, at);
  }
}
