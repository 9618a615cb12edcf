import { CHUNK_BYTES, spoolBytes, type SpoolSize } from '../log/chunk.ts';
import { OUTPUT_BYTES } from '../protocol/resp/command-output.ts';

const KB = 1024;
/** Checksum tables, and what allocations are rounded up by. */
const BESIDE_BYTES = 512 * KB;

/** What one feed of a run may take of this machine's memory. */
export interface MemoryShare {
  readonly spool: SpoolSize;
  /** Output buffers of the connection to a target that is one server … */
  readonly outputs: number;
  /** … and of each connection to a node of one that is a cluster. */
  readonly nodeOutputs: number;
}

/** That of a feed that is alone. */
export const WHOLE_SHARE: MemoryShare = {
  spool: { chunks: 48, chunkBytes: CHUNK_BYTES },
  outputs: 14,
  nodeOutputs: 8,
};

/** Chunks of whole size that few feeds have together; none has fewer than work well. */
const TOGETHER_CHUNKS = 96;
const FEWEST_CHUNKS = 16;
/** From so many feeds on each has small chunks: its share of the source's stream is small as well. */
const MANY = 7;
const VERY_MANY = 17;

/**
 * Of each of so many feeds that one run follows. A few have 120 MB for their spools together, 64 of them 240 MB with 96 MB of output
 * buffers, and beyond that each one 5 MB more.
 */
export function memoryShare(feeds: number): MemoryShare {
  if (feeds <= 1) return WHOLE_SHARE;
  if (feeds < MANY) {
    const chunks = Math.min(
      WHOLE_SHARE.spool.chunks,
      Math.max(FEWEST_CHUNKS, Math.floor(TOGETHER_CHUNKS / feeds)),
    );
    return { ...WHOLE_SHARE, spool: { chunks, chunkBytes: CHUNK_BYTES } };
  }
  if (feeds < VERY_MANY)
    return { spool: { chunks: FEWEST_CHUNKS, chunkBytes: 512 * KB }, outputs: 8, nodeOutputs: 4 };
  return { spool: { chunks: 12, chunkBytes: 320 * KB }, outputs: 3, nodeOutputs: 2 };
}

/** What a run takes at its start beside the memory of its spool. */
export const besideSpoolBytes = ({ outputs }: MemoryShare): number => outputs * OUTPUT_BYTES + BESIDE_BYTES;

/** The same with its spool. */
export const arenaBytes = (share: MemoryShare): number => spoolBytes(share.spool) + besideSpoolBytes(share);
