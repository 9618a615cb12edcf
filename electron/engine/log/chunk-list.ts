import type { Chunk } from './chunk.ts';

/** Chunks after the one being read that are kept in memory, too. */
const READ_AHEAD = 2;

/** The chunks that a spool holds, in order and without gaps, and which of them is being read. */
export class ChunkList {
  private readonly chunks: Chunk[] = [];
  private nextSerial = 0;
  private reading = 0;

  /** The one that is filled; undefined when nothing was written yet. */
  get last(): Chunk | undefined {
    return this.chunks.at(-1);
  }

  get current(): Chunk | undefined {
    return this.chunks[this.reading];
  }

  get next(): Chunk | undefined {
    return this.chunks[this.reading + 1];
  }

  /** Begins to fill another chunk. */
  open(address: number, start: number): Chunk {
    const chunk: Chunk = {
      serial: this.nextSerial++,
      start,
      length: 0,
      closed: false,
      address,
      piece: undefined,
      busy: undefined,
    };
    this.chunks.push(chunk);
    return chunk;
  }

  /** The reader goes on with the next chunk. */
  advance(): void {
    this.reading += 1;
  }

  /** The reader goes to the chunk with this position, or to the last one. */
  seek(position: number): void {
    this.reading = this.chunks.findIndex((chunk) => position < chunk.start + chunk.length);
    if (this.reading < 0) this.reading = Math.max(0, this.chunks.length - 1);
  }

  /** The chunk being read or one of those that come next: it is not to leave memory. */
  isNear(chunk: Chunk): boolean {
    const index = chunk.serial - (this.chunks[0]?.serial ?? 0);
    return index >= this.reading && index <= this.reading + READ_AHEAD;
  }

  /** Those of which `isNear` holds, in order. */
  near(): Chunk[] {
    return this.chunks.slice(this.reading, this.reading + READ_AHEAD + 1);
  }

  /** Those that can leave memory, the one needed latest first; what was read and may be read again is last of all. */
  *spillable(): Generator<Chunk> {
    for (let i = this.chunks.length - 1; i >= 0; i--) {
      const chunk = this.chunks[i]!;
      if (chunk.closed && chunk.address >= 0 && !chunk.busy && !this.isNear(chunk)) yield chunk;
    }
  }

  /**
   * Takes out the chunks that end at this position or before. The one being read stays, and so does a busy one with all
   * behind it: they go when its file operation has ended.
   */
  takeReleased(position: number): Chunk[] {
    let count = 0;
    while (count < this.reading) {
      const chunk = this.chunks[count]!;
      if (chunk.start + chunk.length > position || chunk.busy) break;
      count += 1;
    }
    this.reading -= count;
    return this.chunks.splice(0, count);
  }

  clear(): void {
    this.chunks.length = 0;
    this.reading = 0;
  }
}
