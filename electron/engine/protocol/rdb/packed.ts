import type { Piece } from './piece.ts';

/** Walks the items of one packed block: a ziplist, a listpack, an intset or a zipmap. */
export interface PackedCursor {
  /** Opens the block in buf[from, to). @throws RDB_BROKEN when its frame does not fit */
  open(buf: Buffer, from: number, to: number): void;
  /** Moves to the next item and lets `item` hold it. @returns false at the end @throws RDB_BROKEN */
  next(item: Piece): boolean;
}
