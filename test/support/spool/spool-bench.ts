import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createArena, type Arena } from '../../../electron/engine/arena/arena.ts';
import { allocateChunks, CHUNK_BYTES, HEADROOM_BYTES } from '../../../electron/engine/log/chunk.ts';
import type { Cursor } from '../../../electron/engine/log/cursor.ts';
import { CURSOR_CHUNKS, FEWEST_CHUNKS, Spool } from '../../../electron/engine/log/spool.ts';
import { MARK_FILE, SpoolFolder } from '../../../electron/engine/log/spool-folder.ts';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { randomOf } from '../rdb/portions.ts';

const MOST_CURSORS = 3;
const CHUNKS = FEWEST_CHUNKS + (MOST_CURSORS - 1) * CURSOR_CHUNKS;

const PATTERN_BYTES = 3 * 1024 * 1024 + 7;

let shared: { readonly arena: Arena; readonly chunks: number[]; readonly pattern: Buffer } | undefined;

function memory(): { readonly arena: Arena; readonly chunks: number[]; readonly pattern: Buffer } {
  if (shared) return shared;
  const arena = createArena(CHUNKS * (CHUNK_BYTES + HEADROOM_BYTES + 64));
  const pattern = Buffer.alloc(PATTERN_BYTES + 4 * CHUNK_BYTES);
  const random = randomOf(1);
  for (let i = 0; i < PATTERN_BYTES; i += 4) pattern.writeInt32LE((random() * 2 ** 32) | 0, i);
  pattern.copy(pattern, PATTERN_BYTES, 0, 4 * CHUNK_BYTES);
  shared = { arena, chunks: allocateChunks(arena, { chunks: CHUNKS, chunkBytes: CHUNK_BYTES }), pattern };
  return shared;
}

/** Bytes [position, position + length) of what a test writes: any part of an endless sequence is known. */
export function expectedBytes(position: number, length: number): Buffer {
  const at = position % PATTERN_BYTES;
  return memory().pattern.subarray(at, at + length);
}

/** One who reads from the spool of a bench. */
export interface Reader {
  readonly cursor: Cursor;
  /** How often it was told that there is more. */
  readable: number;
}

/** A spool with as little memory as it can have, in a folder of its own, whose notifications are counted. */
export class SpoolBench {
  readonly parent = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-spool-test-'));
  readonly folder: SpoolFolder;
  readonly errors: LockstepError[] = [];
  readonly readers: Reader[] = [];
  writable = 0;
  onWritable: () => void = () => undefined;
  mayStall: () => boolean = () => false;
  /** How often it was found full. */
  full = 0;
  readonly spool: Spool;

  /** `spare`: cursors that it has memory for beside these. */
  constructor(quotaBytes = 1e9, SpoolClass: typeof Spool = Spool, cursors = 1, spare = 0) {
    const { arena, chunks } = memory();
    this.folder = new SpoolFolder(this.parent, quotaBytes);
    this.spool = new SpoolClass({
      arena,
      chunks: chunks.slice(0, FEWEST_CHUNKS + (cursors - 1) * CURSOR_CHUNKS),
      spare: chunks.slice(chunks.length - spare * CURSOR_CHUNKS),
      chunkBytes: CHUNK_BYTES,
      folder: this.folder,
      onWritable: () => {
        this.writable += 1;
        this.onWritable();
      },
      mayStall: () => this.mayStall(),
      onFull: () => {
        this.full += 1;
        return false;
      },
      onError: (error) => this.errors.push(error),
    });
    while (this.readers.length < cursors) this.open(0);
  }

  get cursor(): Cursor {
    return this.readers[0]!.cursor;
  }

  get readable(): number {
    return this.readers[0]!.readable;
  }

  /** Another reader. */
  open(position: number): Reader {
    const reader: Reader = {
      readable: 0,
      cursor: this.spool.open(position, () => (reader.readable += 1)),
    };
    this.readers.push(reader);
    return reader;
  }

  /** Writes as much of `bytes` as there is room for. @returns how much */
  write(bytes: number): number {
    const { spool } = this;
    const start = spool.writePosition;
    while (spool.writePosition < start + bytes) {
      const room = spool.tail();
      if (!room) break;
      const length = Math.min(room.to - room.from, start + bytes - spool.writePosition, CHUNK_BYTES);
      expectedBytes(spool.writePosition, length).copy(spool.mem, room.from);
      spool.commit(length);
    }
    return spool.writePosition - start;
  }

  /** Compares the window with what was written. @returns its length */
  checkWindow({ mem, from, to, readPosition } = this.cursor): number {
    if (!mem.subarray(from, to).equals(expectedBytes(readPosition, to - from)))
      throw new Error(`the window at ${readPosition} holds other bytes than were written`);
    return to - from;
  }

  /** Reads and releases what can be read without waiting. @returns how much */
  readAll(cursor = this.cursor): number {
    const start = cursor.readPosition;
    while (this.checkWindow(cursor) > 0) {
      cursor.consume(cursor.to);
      cursor.release(cursor.readPosition);
    }
    return cursor.readPosition - start;
  }

  get dir(): string {
    return this.folder.path;
  }

  /** The files of the spool, in order. */
  files(): string[] {
    try {
      return fs
        .readdirSync(this.dir)
        .filter((name) => name !== MARK_FILE)
        .sort();
    } catch {
      return [];
    }
  }

  async end(): Promise<void> {
    await this.spool.close();
    this.folder.close();
    fs.rmSync(this.parent, { recursive: true, force: true });
  }
}
