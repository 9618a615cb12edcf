import {
  BULK_OVERHEAD_BYTES,
  writeBulk,
  writeHead,
  writeIntegerBulk,
} from '../../engine/protocol/resp/write.ts';

export type Word = string | number | Buffer;

const FIRST_BYTES = 256 * 1024;
const ARRAY = 42;
const BULK = 36;

/** Commands as RESP in one growing buffer, and how many replies they will get. */
export class CommandBuffer {
  private buf = Buffer.allocUnsafeSlow(FIRST_BYTES);
  /** Bytes and commands since the last `take`. */
  length = 0;
  commands = 0;

  /** One command. Strings are ASCII; numbers are integers from 0 to 2^53. */
  add(...words: readonly Word[]): void {
    this.addAll(words);
  }

  addAll(words: readonly Word[]): void {
    this.reserve(BULK_OVERHEAD_BYTES);
    this.length = writeHead(this.buf, this.length, ARRAY, words.length);
    for (const word of words) this.word(word);
    this.commands += 1;
  }

  /** Hands over what was written, as bytes that stay valid, and begins anew. */
  take(): { bytes: Buffer; commands: number } {
    const bytes = Buffer.from(this.buf.subarray(0, this.length));
    const { commands } = this;
    this.length = 0;
    this.commands = 0;
    return { bytes, commands };
  }

  private word(word: Word): void {
    if (typeof word === 'number') {
      this.reserve(2 * BULK_OVERHEAD_BYTES);
      this.length = writeIntegerBulk(this.buf, this.length, word);
      return;
    }
    this.reserve(word.length + BULK_OVERHEAD_BYTES);
    if (typeof word !== 'string') {
      this.length = writeBulk(this.buf, this.length, word, 0, word.length);
      return;
    }
    let at = writeHead(this.buf, this.length, BULK, word.length);
    for (let i = 0; i < word.length; i++) this.buf[at++] = word.charCodeAt(i);
    this.buf[at] = 13;
    this.buf[at + 1] = 10;
    this.length = at + 2;
  }

  private reserve(bytes: number): void {
    if (this.length + bytes <= this.buf.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(this.buf.length * 2, this.length + bytes));
    this.buf.copy(larger, 0, 0, this.length);
    this.buf = larger;
  }
}
