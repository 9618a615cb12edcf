/**
 * CRC-64 as in Redis (crc64.c, "Jones"; init 0, reflected, no final xor), sixteen bytes a step in WebAssembly:
 * JavaScript has no fast 64-bit integer, and the checksum runs over every byte of a snapshot.
 */
import {
  assembleModule,
  branch,
  branchIf,
  i32Const,
  i64Const,
  i64Load,
  i64Load8Unsigned,
  i64Store,
  localGet,
  localSet,
  OP,
  VALUE_TYPE,
} from './wasm-assembler.ts';

const POLYNOMIAL_REFLECTED = 0x95ac9329ac4bc9b5n;
const LANES = 16;
const TABLE_BYTES = 256 * 8;

export const CRC64_TABLES_BYTES = LANES * TABLE_BYTES;

/** Table k gives the effect of a byte that is followed by k bytes of zero. 16 tables of 256 values. */
export function writeCrc64Tables(memory: Buffer, address: number): void {
  const first = Array.from({ length: 256 }, (_, byte) => effectOfByte(byte));
  let table = first;
  for (let lane = 0; lane < LANES; lane++) {
    table.forEach((value, byte) => memory.writeBigUInt64LE(value, address + lane * TABLE_BYTES + byte * 8));
    table = table.map((value) => (value >> 8n) ^ (first[Number(value & 0xffn)] ?? 0n));
  }
}

function effectOfByte(byte: number): bigint {
  let value = BigInt(byte);
  for (let bit = 0; bit < 8; bit++) value = value & 1n ? (value >> 1n) ^ POLYNOMIAL_REFLECTED : value >> 1n;
  return value;
}

// Locals of the function below.
const STATE_ADDRESS = 0;
const FROM = 1;
const TO = 2;
const CRC = 3;
const HIGH = 4;

/** Pushes the entry of `table` for byte `index` (0 is the lowest) of an i64 local. */
function lookUp(tables: number, table: number, local: number, index: number): number[] {
  // The byte times 8 is the offset of its entry, so shift it to bits 3..10 and mask the rest away.
  const shift = index * 8 - 3;
  const shifted =
    shift < 0 ? [...i64Const(-shift), ...OP.i64Shl] : [...i64Const(shift), ...OP.i64ShrUnsigned];
  return [
    ...localGet(local),
    ...shifted,
    ...i64Const(0xff << 3),
    ...OP.i64And,
    ...OP.i32WrapI64,
    ...i64Load(tables + table * TABLE_BYTES),
  ];
}

function sixteenLookUps(tables: number): number[] {
  const code: number[] = [];
  for (let i = 0; i < LANES; i++) {
    code.push(...lookUp(tables, LANES - 1 - i, i < 8 ? CRC : HIGH, i % 8));
    if (i > 0) code.push(...OP.i64Xor);
  }
  return code;
}

/** The module exports `update(stateAddress, from, to)`: the CRC at stateAddress goes on over memory[from, to). `leastPages`: with the tables in them. */
export function crc64Module(tables: number, leastPages: number): Uint8Array<ArrayBuffer> {
  const remaining = [...localGet(TO), ...localGet(FROM), ...OP.i32Sub];
  const advance = (bytes: number): number[] => [
    ...localGet(FROM),
    ...i32Const(bytes),
    ...OP.i32Add,
    ...localSet(FROM),
  ];
  const body = [
    ...localGet(STATE_ADDRESS),
    ...i64Load(0),
    ...localSet(CRC),

    ...OP.block,
    ...OP.loop,
    ...[...remaining, ...i32Const(LANES), ...OP.i32LessUnsigned, ...branchIf(1)],
    ...[...localGet(CRC), ...localGet(FROM), ...i64Load(0), ...OP.i64Xor, ...localSet(CRC)],
    ...[...localGet(FROM), ...i64Load(8), ...localSet(HIGH)],
    ...[...sixteenLookUps(tables), ...localSet(CRC)],
    ...advance(LANES),
    ...branch(0),
    ...OP.end,
    ...OP.end,

    ...OP.block,
    ...OP.loop,
    ...[...remaining, ...OP.i32Eqz, ...branchIf(1)],
    ...[...localGet(CRC), ...localGet(FROM), ...i64Load8Unsigned(0), ...OP.i64Xor, ...localSet(HIGH)],
    ...lookUp(tables, 0, HIGH, 0),
    ...[...localGet(CRC), ...i64Const(8), ...OP.i64ShrUnsigned, ...OP.i64Xor, ...localSet(CRC)],
    ...advance(1),
    ...branch(0),
    ...OP.end,
    ...OP.end,

    ...[...localGet(STATE_ADDRESS), ...localGet(CRC), ...i64Store(0)],
  ];
  const { i32, i64 } = VALUE_TYPE;
  return assembleModule(
    { exportName: 'update', parameters: [i32, i32, i32], locals: [i64, i64], body },
    leastPages,
  );
}
