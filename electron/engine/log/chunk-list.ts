import type { Chunk } from './chunk.ts';

/** Chunks after the one being read that are kept in memory, too. */
export const READ_AHEAD = 2;

/** Which chunk a cursor reads. */
export interface Place {
  /** See Chunk; of the one to come where there is none yet. */
  serial: number;
}

/** The chunks that a spool holds, in order and without gaps, and which of them are being read. */
export class ChunkList {
  private readonly chunks: Chunk[] = [];
  private readonly places: Place[] = [];
  private nextSerial = 0;

  /** The one that is filled; undefined when nothing was written yet. */
  get last(): Chunk | undefined {
    return this.chunks.at(-1);
  }

  current({ serial }: Place): Chunk | undefined {
    return this.chunks[this.indexOf(serial)];
  }

  next({ serial }: Place): Chunk | undefined {
    return this.chunks[this.indexOf(serial) + 1];
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

  /** One more is read from: see `seek`. */
  enter(position: number): Place {
    const place = { serial: this.serialAt(position) };
    this.places.push(place);
    return place;
  }

  leave(place: Place): void {
    const index = this.places.indexOf(place);
    if (index >= 0) this.places.splice(index, 1);
  }

  /** Reading goes on with the next chunk. */
  advance(place: Place): void {
    place.serial += 1;
  }

  /** Reading goes to the chunk with this position, or to the last one. */
  seek(place: Place, position: number): void {
    place.serial = this.serialAt(position);
  }

  /** A chunk being read or one of those that come next there: it is not to leave memory. */
  isNear(chunk: Chunk): boolean {
    for (const { serial } of this.places)
      if (chunk.serial >= serial && chunk.serial <= serial + READ_AHEAD) return true;
    return false;
  }

  /** Those that are near this place, in order. */
  near({ serial }: Place): Chunk[] {
    const index = this.indexOf(serial);
    return index < 0 ? [] : this.chunks.slice(index, index + READ_AHEAD + 1);
  }

  /** Those that can leave memory, the one needed latest first; what was read and may be read again is last of all. */
  *spillable(): Generator<Chunk> {
    for (let i = this.chunks.length - 1; i >= 0; i--) {
      const chunk = this.chunks[i]!;
      if (chunk.closed && chunk.address >= 0 && !chunk.busy && !this.isNear(chunk)) yield chunk;
    }
  }

  /**
   * Takes out the chunks that end at this position or before. One being read stays with all behind it, and so does a busy one:
   * they go when its file operation has ended. While none is read from, all stay.
   */
  takeReleased(position: number): Chunk[] {
    let end = this.places.length === 0 ? 0 : Infinity;
    for (const { serial } of this.places) end = Math.min(end, this.indexOf(serial));
    let count = 0;
    while (count < end) {
      const chunk = this.chunks[count];
      if (!chunk || chunk.start + chunk.length > position || chunk.busy) break;
      count += 1;
    }
    return this.chunks.splice(0, count);
  }

  clear(): void {
    this.chunks.length = 0;
  }

  /** Below zero, or beyond the last one, where there is no such chunk. */
  private indexOf(serial: number): number {
    return serial - (this.chunks[0]?.serial ?? this.nextSerial);
  }

  private serialAt(position: number): number {
    const found = this.chunks.find((chunk) => position < chunk.start + chunk.length);
    return (found ?? this.last)?.serial ?? this.nextSerial;
  }
}
