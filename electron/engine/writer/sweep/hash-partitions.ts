import fs from 'node:fs';
import { PieceCipher, TAG_BYTES } from '../../log/piece-cipher.ts';
import { damaged, diskError, type SpoolFile, type SpoolFolder } from '../../log/spool-folder.ts';
import { HASH_WORDS } from './key-hash.ts';

/** A partition is looked at in one piece: of a billion hashes it has four million. */
export const PARTITIONS = 256;
const FIRST_WORDS = 64 * HASH_WORDS;
const NO_WORDS = new Uint32Array(0);
/** What of a partition stays in memory; all of them together take 16 MB at most. */
const PIECE_BYTES = 64 * 1024;
const PIECE_WORDS = PIECE_BYTES / 4;
const STORED_PIECE_BYTES = PIECE_BYTES + TAG_BYTES;

interface Partition {
  words: Uint32Array;
  filled: number;
  /** Serials of its full pieces, which are their places in the file as well. */
  pieces: number[];
}

/**
 * Hashes by the partition that their first byte names: 64 KB of each in memory, what is more in one encrypted file beside the
 * spool, which `close` deletes.
 * Bounds: 16 MB of memory, and on disk 16 bytes a hash of the spool's quota, beyond which it is SPOOL_FULL. A failing disk gives
 * SPOOL_DISK, a file that is not as it was written SPOOL_DAMAGED.
 */
export class HashPartitions {
  private readonly folder: SpoolFolder;
  private readonly cipher = new PieceCipher();
  private file: SpoolFile | undefined;
  private storedPieces = 0;
  private readonly partitions: Partition[] = Array.from({ length: PARTITIONS }, () => ({
    words: NO_WORDS,
    filled: 0,
    pieces: [],
  }));
  /** Hashes added, those that came twice counted twice. */
  count = 0;

  constructor(folder: SpoolFolder) {
    this.folder = folder;
  }

  /** Adds the hash at words[at, at + 4). @throws LockstepError SPOOL_FULL, SPOOL_DISK */
  add(words: Uint32Array, at: number): void {
    const partition = this.partitions[words[at]! & (PARTITIONS - 1)]!;
    if (partition.filled === partition.words.length) this.extend(partition);
    for (let i = 0; i < HASH_WORDS; i++) partition.words[partition.filled + i] = words[at + i]!;
    partition.filled += HASH_WORDS;
    this.count += 1;
  }

  /** How many hashes a partition holds. */
  countOf(index: number): number {
    const { filled, pieces } = this.partitions[index]!;
    return (pieces.length * PIECE_WORDS + filled) / HASH_WORDS;
  }

  /** The words of all hashes of a partition, piece by piece. @throws LockstepError SPOOL_DISK, SPOOL_DAMAGED */
  *pieces(index: number): Generator<Uint32Array> {
    const { words, filled, pieces } = this.partitions[index]!;
    for (const serial of pieces) yield this.read(serial);
    yield words.subarray(0, filled);
  }

  /** Forgets everything and deletes the file. */
  close(): void {
    for (const partition of this.partitions) {
      partition.words = NO_WORDS;
      partition.filled = 0;
      partition.pieces = [];
    }
    if (this.file) this.folder.discard(this.file, this.storedPieces * STORED_PIECE_BYTES);
    this.file = undefined;
    this.storedPieces = 0;
  }

  private extend(partition: Partition): void {
    if (partition.filled < PIECE_WORDS) {
      const larger = new Uint32Array(Math.max(FIRST_WORDS, partition.words.length * 2));
      larger.set(partition.words);
      partition.words = larger;
      return;
    }
    partition.pieces.push(this.append(partition.words));
    partition.filled = 0;
  }

  /** @returns its serial */
  private append(words: Uint32Array): number {
    if (!this.folder.hasRoom(STORED_PIECE_BYTES)) throw this.folder.full();
    const stored = Buffer.allocUnsafe(STORED_PIECE_BYTES);
    const { serial, tag } = this.cipher.seal(
      new Uint8Array(words.buffer, words.byteOffset, PIECE_BYTES),
      stored,
    );
    tag.copy(stored, PIECE_BYTES);
    try {
      this.file ??= this.folder.create('names');
      this.folder.takes(STORED_PIECE_BYTES);
      this.storedPieces += 1;
      writeAll(this.file.fd, stored, serial * STORED_PIECE_BYTES);
    } catch (cause) {
      throw diskError(this.file?.path ?? this.folder.path, cause);
    }
    return serial;
  }

  private read(serial: number): Uint32Array {
    const { fd, path } = this.file!;
    const stored = Buffer.allocUnsafe(STORED_PIECE_BYTES);
    let bytes: number;
    try {
      bytes = fs.readSync(fd, stored, 0, stored.length, serial * STORED_PIECE_BYTES);
    } catch (cause) {
      throw diskError(path, cause);
    }
    if (bytes !== stored.length) throw damaged(path, 'it is shorter than what was written');
    const piece = stored.subarray(0, PIECE_BYTES);
    if (!this.cipher.open(piece, { serial, tag: stored.subarray(PIECE_BYTES) }))
      throw damaged(path, 'it holds other bytes than were written');
    // A copy of its own, since words must begin at a multiple of four.
    return new Uint32Array(new Uint8Array(piece).buffer);
  }
}

function writeAll(fd: number, bytes: Buffer, at: number): void {
  for (let done = 0; done < bytes.length;)
    done += fs.writeSync(fd, bytes, done, bytes.length - done, at + done);
}
