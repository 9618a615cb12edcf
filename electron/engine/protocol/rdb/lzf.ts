/** LZF block decompression. Format: liblzf, as in Redis lzf_d.c. */
import { broken } from './fault.ts';

/** The farthest that a back reference reaches, in bytes. */
export const LZF_WINDOW = 8192;

/** Bytes that three compressed bytes can expand to at most; bounds what a header may claim. */
const EXPANSION = 264 / 3;

/** From these lengths on a native copy is faster than a loop: between two buffers, and within one. */
const NATIVE_LITERAL_BYTES = 21;
const NATIVE_REFERENCE_BYTES = 17;

/** @throws RDB_BROKEN unless `length` bytes could come out of `compressedLength` and Redis would have compressed them */
export function checkLzfLengths(compressedLength: number, length: number): void {
  checkLzfClaim(compressedLength, length);
  if (compressedLength === 0 || compressedLength > length) throw claims(compressedLength, length);
}

/** @throws RDB_BROKEN unless `length` bytes could come out of `compressedLength`: whoever believes it takes as much memory */
export function checkLzfClaim(compressedLength: number, length: number): void {
  if (length > compressedLength * EXPANSION) throw claims(compressedLength, length);
}

const claims = (compressedLength: number, length: number): Error =>
  broken(`a compressed string of ${compressedLength} bytes claims a length of ${length}`);

/**
 * Decompresses src[from, to) to out[at, at + length).
 * @throws RDB_BROKEN unless exactly `length` bytes come out
 */
export function decompressLzf(
  src: Buffer,
  from: number,
  to: number,
  out: Buffer,
  at: number,
  length: number,
): void {
  const outEnd = at + length;
  let ip = from;
  let op = at;
  while (ip < to) {
    const control = src[ip++]!;
    if (control < 32) {
      const runEnd = op + control + 1;
      if (runEnd > outEnd || ip + control + 1 > to) throw brokenLzf();
      if (control + 1 >= NATIVE_LITERAL_BYTES) {
        src.copy(out, op, ip, ip + control + 1);
        ip += control + 1;
        op = runEnd;
      } else while (op < runEnd) out[op++] = src[ip++]!;
      continue;
    }
    let count = (control >> 5) + 2;
    if (count === 9) {
      if (ip >= to) throw brokenLzf();
      count += src[ip++]!;
    }
    if (ip >= to) throw brokenLzf();
    let reference = op - ((control & 0x1f) << 8) - src[ip++]! - 1;
    const runEnd = op + count;
    if (runEnd > outEnd || reference < at) throw brokenLzf();
    // One that overlaps repeats what it has just written.
    if (count >= NATIVE_REFERENCE_BYTES && reference + count <= op) {
      out.copyWithin(op, reference, reference + count);
      op = runEnd;
    } else if (count >= NATIVE_REFERENCE_BYTES && reference === op - 1) {
      out.fill(out[reference]!, op, runEnd);
      op = runEnd;
    } else while (op < runEnd) out[op++] = out[reference++]!;
  }
  if (op !== outEnd) throw brokenLzf();
}

export function brokenLzf(): Error {
  return broken('a compressed string does not decompress to its length');
}
