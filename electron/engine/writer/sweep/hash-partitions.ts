import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { HASH_WORDS } from './key-hash.ts';

/** A partition is looked at in one piece: of a billion hashes it has four million. */
export const PARTITIONS = 256;
const FIRST_WORDS = 64 * HASH_WORDS;
/** What of a partition stays in memory; all of them together take 16 MB at most. */
const PIECE_BYTES = 64 * 1024;
const PIECE_WORDS = PIECE_BYTES / 4;
const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
const TAG_BYTES = 16;
const STORED_PIECE_BYTES = PIECE_BYTES + TAG_BYTES;

interface Partition {
  words: Uint32Array;
  filled: number;
  /** Full pieces in its file. */
  pieces: number;
}

/**
 * Hashes by the partition that their first byte names: 64 KB of each in memory, what is more in a file of its own. The files lie
 * in an owner-only folder, encrypted under a key that this process alone knows, and are deleted by `close`.
 * Bounds: 16 MB of memory and 16 bytes on disk a hash. A failing disk gives SPOOL_DISK.
 */
export class HashPartitions {
  private readonly dir: string;
  private readonly name: string;
  private readonly key = randomBytes(KEY_BYTES);
  private readonly partitions: Partition[] = Array.from({ length: PARTITIONS }, () => ({
    words: new Uint32Array(FIRST_WORDS),
    filled: 0,
    pieces: 0,
  }));
  /** Hashes added, those that came twice counted twice. */
  count = 0;

  /** @param name what its files are called, different from others in the folder */
  constructor(dir: string, name: string) {
    this.dir = dir;
    this.name = name;
  }

  /** Adds the hash at words[at, at + 4). @throws LockstepError SPOOL_DISK */
  add(words: Uint32Array, at: number): void {
    const index = words[at]! & (PARTITIONS - 1);
    const partition = this.partitions[index]!;
    if (partition.filled === partition.words.length) this.extend(partition, index);
    for (let i = 0; i < HASH_WORDS; i++) partition.words[partition.filled + i] = words[at + i]!;
    partition.filled += HASH_WORDS;
    this.count += 1;
  }

  /** How many hashes a partition holds. */
  countOf(index: number): number {
    const { filled, pieces } = this.partitions[index]!;
    return (pieces * PIECE_WORDS + filled) / HASH_WORDS;
  }

  /** The words of all hashes of a partition, piece by piece. @throws LockstepError SPOOL_DISK */
  *pieces(index: number): Generator<Uint32Array> {
    const { words, filled, pieces } = this.partitions[index]!;
    if (pieces > 0) {
      const fd = this.onDisk(() => fs.openSync(this.fileOf(index), 'r'));
      try {
        for (let piece = 0; piece < pieces; piece++) yield this.onDisk(() => this.read(fd, index, piece));
      } finally {
        fs.closeSync(fd);
      }
    }
    yield words.subarray(0, filled);
  }

  /** Forgets everything and deletes the files. */
  close(): void {
    this.partitions.forEach((partition, index) => {
      if (partition.pieces > 0) fs.rmSync(this.fileOf(index), { force: true });
      partition.words = new Uint32Array(0);
      partition.filled = 0;
      partition.pieces = 0;
    });
    try {
      // The folder is the spool's as well, which may still need it.
      fs.rmdirSync(this.dir);
    } catch {
      // It does, or never was.
    }
  }

  private extend(partition: Partition, index: number): void {
    if (partition.filled < PIECE_WORDS) {
      const larger = new Uint32Array(Math.max(FIRST_WORDS, partition.words.length * 2));
      larger.set(partition.words);
      partition.words = larger;
      return;
    }
    this.onDisk(() => this.append(partition, index));
    partition.pieces += 1;
    partition.filled = 0;
  }

  private append({ words, pieces }: Partition, index: number): void {
    fs.mkdirSync(this.dir, { recursive: true, mode: 0o700 });
    const cipher = createCipheriv(CIPHER, this.key, nonceOf(index, pieces));
    const sealed = cipher.update(Buffer.from(words.buffer, words.byteOffset, PIECE_BYTES));
    cipher.final();
    const fd = fs.openSync(this.fileOf(index), pieces === 0 ? 'wx' : 'a', 0o600);
    try {
      fs.writeFileSync(fd, Buffer.concat([sealed, cipher.getAuthTag()]));
    } finally {
      fs.closeSync(fd);
    }
  }

  private read(fd: number, index: number, piece: number): Uint32Array {
    const stored = Buffer.allocUnsafe(STORED_PIECE_BYTES);
    const bytes = fs.readSync(fd, stored, 0, stored.length, piece * STORED_PIECE_BYTES);
    if (bytes !== stored.length) throw new Error('a file of key names is shorter than what was written');
    const decipher = createDecipheriv(CIPHER, this.key, nonceOf(index, piece));
    decipher.setAuthTag(stored.subarray(PIECE_BYTES));
    const plain = decipher.update(stored.subarray(0, PIECE_BYTES));
    decipher.final();
    // A copy of its own, since words must begin at a multiple of four.
    return new Uint32Array(new Uint8Array(plain).buffer);
  }

  private fileOf(index: number): string {
    return path.join(this.dir, `${this.name}-${String(index).padStart(3, '0')}.names`);
  }

  private onDisk<T>(work: () => T): T {
    try {
      return work();
    } catch (cause) {
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new LockstepError('SPOOL_DISK', `${this.dir}: ${reason}`, { cause });
    }
  }
}

/** Each piece of each partition is encrypted once, so its place makes a nonce that comes but once under the key. */
function nonceOf(index: number, piece: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUInt32LE(index, 0);
  nonce.writeUInt32LE(piece, 4);
  return nonce;
}
