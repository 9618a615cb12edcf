/** The registers of a HyperLogLog. Format: Redis hyperloglog.c, the comment at its top. */

const MAGIC = Buffer.from('HYLL');
const HEADER_BYTES = 16;
const REGISTERS = 16384;
const REGISTER_BITS = 6;
const DENSE_BYTES = HEADER_BYTES + (REGISTERS * REGISTER_BITS) / 8;
const ENCODING_AT = 4;
const DENSE = 0;
const SPARSE = 1;

/**
 * Whether two strings are HyperLogLogs that count the same. PFMERGE makes a dense one before Redis 4.0 and keeps a sparse one
 * since, so the same commands leave different bytes behind; and the header caches what was counted last.
 */
export function sameHyperLogLog(a: Buffer, b: Buffer): boolean {
  const registers = readRegisters(a);
  const others = registers && readRegisters(b);
  return registers !== undefined && others !== undefined && registers.equals(others);
}

/** One byte per register, or undefined for a string that is no HyperLogLog. */
function readRegisters(value: Buffer): Buffer | undefined {
  if (value.length < HEADER_BYTES || !value.subarray(0, MAGIC.length).equals(MAGIC)) return undefined;
  const encoding = value[ENCODING_AT];
  if (encoding === DENSE) return value.length === DENSE_BYTES ? readDense(value) : undefined;
  return encoding === SPARSE ? readSparse(value) : undefined;
}

function readDense(value: Buffer): Buffer {
  const registers = Buffer.alloc(REGISTERS);
  for (let i = 0; i < REGISTERS; i++) {
    const bit = i * REGISTER_BITS;
    const at = HEADER_BYTES + (bit >> 3);
    const word = value[at]! | ((value[at + 1] ?? 0) << 8);
    registers[i] = (word >> (bit & 7)) & 63;
  }
  return registers;
}

/** Runs: 00 and a length of zeros, 01 and a longer one in two bytes, 1vvvvvxx for a value repeated. */
function readSparse(value: Buffer): Buffer | undefined {
  const registers = Buffer.alloc(REGISTERS);
  let register = 0;
  for (let at = HEADER_BYTES; at < value.length; at++) {
    const first = value[at]!;
    let run: number;
    if (first >= 0x80) {
      run = (first & 3) + 1;
      registers.fill(((first >> 2) & 31) + 1, register, Math.min(REGISTERS, register + run));
    } else if (first >= 0x40) {
      at += 1;
      run = (((first & 0x3f) << 8) | (value[at] ?? 0)) + 1;
    } else {
      run = (first & 0x3f) + 1;
    }
    register += run;
  }
  return register === REGISTERS ? registers : undefined;
}
