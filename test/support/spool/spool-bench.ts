import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createArena, type Arena } from '../../../electron/engine/arena/arena.ts';
import { allocateChunks, CHUNK_BYTES, HEADROOM_BYTES } from '../../../electron/engine/log/chunk.ts';
import { Spool } from '../../../electron/engine/log/spool.ts';
import { MARK_FILE, SpoolFolder } from '../../../electron/engine/log/spool-folder.ts';
import type { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { randomOf } from '../rdb/portions.ts';

/** The least that a spool works with. */
export const FEWEST_CHUNKS = 12;

const PATTERN_BYTES = 3 * 1024 * 1024 + 7;

let shared: { readonly arena: Arena; readonly chunks: number[]; readonly pattern: Buffer } | undefined;

function memory(): { readonly arena: Arena; readonly chunks: number[]; readonly pattern: Buffer } {
  if (shared) return shared;
  const arena = createArena(FEWEST_CHUNKS * (CHUNK_BYTES + HEADROOM_BYTES + 64));
  const pattern = Buffer.alloc(PATTERN_BYTES + 4 * CHUNK_BYTES);
  const random = randomOf(1);
  for (let i = 0; i < PATTERN_BYTES; i += 4) pattern.writeInt32LE((random() * 2 ** 32) | 0, i);
  pattern.copy(pattern, PATTERN_BYTES, 0, 4 * CHUNK_BYTES);
  shared = { arena, chunks: allocateChunks(arena, FEWEST_CHUNKS), pattern };
  return shared;
}

/** Bytes [position, position + length) of what a test writes: any part of an endless sequence is known. */
export function expectedBytes(position: number, length: number): Buffer {
  const at = position % PATTERN_BYTES;
  return memory().pattern.subarray(at, at + length);
}

/** A spool with as little memory as it can have, in a folder of its own, whose notifications are counted. */
export class SpoolBench {
  readonly parent = fs.mkdtempSync(path.join(os.tmpdir(), 'lockstep-spool-test-'));
  readonly folder: SpoolFolder;
  readonly errors: LockstepError[] = [];
  readable = 0;
  writable = 0;
  onWritable: () => void = () => undefined;
  readonly spool: Spool;

  constructor(quotaBytes = 1e9, SpoolClass: typeof Spool = Spool) {
    const { arena, chunks } = memory();
    this.folder = new SpoolFolder(this.parent, quotaBytes);
    this.spool = new SpoolClass({
      arena,
      chunks,
      folder: this.folder,
      onReadable: () => (this.readable += 1),
      onWritable: () => {
        this.writable += 1;
        this.onWritable();
      },
      onError: (error) => this.errors.push(error),
    });
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
  checkWindow(): number {
    const { mem, from, to, readPosition } = this.spool;
    if (!mem.subarray(from, to).equals(expectedBytes(readPosition, to - from)))
      throw new Error(`the window at ${readPosition} holds other bytes than were written`);
    return to - from;
  }

  /** Reads and releases what can be read without waiting. @returns how much */
  readAll(): number {
    const { spool } = this;
    const start = spool.readPosition;
    while (this.checkWindow() > 0) {
      spool.consume(spool.to);
      spool.release(spool.readPosition);
    }
    return spool.readPosition - start;
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
