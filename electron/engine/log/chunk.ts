import type { Arena } from '../arena/arena.ts';
import type { StoredPiece } from './segment-store.ts';

/** Bytes of data in one chunk of memory, where there is no need to be sparing. */
export const CHUNK_BYTES = 1024 * 1024;
/**
 * Room before the data of a chunk, into which the unread rest of the chunk before it is copied, so that what
 * straddles two chunks is read in one piece. A reader must therefore leave at most this much unread at a chunk's end.
 */
export const HEADROOM_BYTES = 256 * 1024;

/** A part of what a spool holds, in memory or on disk. */
export interface Chunk {
  /** Counts the chunks of a spool; the place of a chunk among those that are left follows from it. */
  readonly serial: number;
  /** Position of the first byte. */
  readonly start: number;
  length: number;
  /** Nothing more is written into it. */
  closed: boolean;
  /** Address of the data in the arena, or -1 when it lies only on disk. */
  address: number;
  piece: StoredPiece | undefined;
  busy: 'writing' | 'reading' | undefined;
}

/** The memory of a spool: so many chunks, for so many bytes of data each, more than HEADROOM_BYTES. */
export interface SpoolSize {
  readonly chunks: number;
  readonly chunkBytes: number;
}

/** What it takes of an arena. */
export const spoolBytes = ({ chunks, chunkBytes }: SpoolSize): number =>
  chunks * (HEADROOM_BYTES + chunkBytes);

/** Takes memory for a spool from the arena; a later spool may use it again once the one before is closed. */
export function allocateChunks(arena: Arena, { chunks, chunkBytes }: SpoolSize): number[] {
  return Array.from({ length: chunks }, () => arena.allocate(HEADROOM_BYTES + chunkBytes) + HEADROOM_BYTES);
}
