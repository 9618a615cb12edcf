/**
 * Just enough of a WebAssembly assembler to write one function by hand, so that the kernel's source is in the
 * repository as text and needs no build step. Sections and opcodes are those of the WebAssembly core specification.
 */

export const VALUE_TYPE = { i32: 0x7f, i64: 0x7e } as const;

/** The opcodes that the kernels use. */
export const OP = {
  block: [0x02, 0x40],
  loop: [0x03, 0x40],
  end: [0x0b],
  i32Eqz: [0x45],
  i32LessUnsigned: [0x49],
  i32Add: [0x6a],
  i32Sub: [0x6b],
  i64And: [0x83],
  i64Xor: [0x85],
  i64Shl: [0x86],
  i64ShrUnsigned: [0x88],
  i32WrapI64: [0xa7],
} as const;

/** Unsigned LEB128 of a non-negative integer below 2^32. */
export function unsignedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  do {
    const low = rest % 128;
    rest = (rest - low) / 128;
    bytes.push(rest > 0 ? low | 0x80 : low);
  } while (rest > 0);
  return bytes;
}

/** Signed LEB128 of an integer of 32 bits. */
function signedLeb(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (;;) {
    const low = rest & 0x7f;
    rest >>= 7;
    const last = (rest === 0 && (low & 0x40) === 0) || (rest === -1 && (low & 0x40) !== 0);
    bytes.push(last ? low : low | 0x80);
    if (last) return bytes;
  }
}

export const localGet = (index: number): number[] => [0x20, ...unsignedLeb(index)];
export const localSet = (index: number): number[] => [0x21, ...unsignedLeb(index)];
export const i32Const = (value: number): number[] => [0x41, ...signedLeb(value)];
export const i64Const = (value: number): number[] => [0x42, ...signedLeb(value)];
export const branch = (depth: number): number[] => [0x0c, ...unsignedLeb(depth)];
export const branchIf = (depth: number): number[] => [0x0d, ...unsignedLeb(depth)];
/** Loads and stores take the address from the stack; `offset` is added to it. No alignment is promised. */
export const i64Load = (offset: number): number[] => [0x29, 0, ...unsignedLeb(offset)];
export const i64Load8Unsigned = (offset: number): number[] => [0x31, 0, ...unsignedLeb(offset)];
export const i64Store = (offset: number): number[] => [0x37, 0, ...unsignedLeb(offset)];

export interface WasmFunction {
  readonly exportName: string;
  readonly parameters: readonly number[];
  /** Types of the locals after the parameters. */
  readonly locals: readonly number[];
  /** Instructions, without the closing `end`. */
  readonly body: readonly number[];
}

const text = (name: string): number[] => [...unsignedLeb(name.length), ...Buffer.from(name, 'latin1')];
const vector = (items: readonly (readonly number[])[]): number[] => [
  ...unsignedLeb(items.length),
  ...items.flat(),
];
const section = (id: number, content: readonly number[]): number[] => [
  id,
  ...unsignedLeb(content.length),
  ...content,
];

/** A module of one function without a result that works on the memory imported as `host.memory`, of at least so many pages. */
export function assembleModule(fn: WasmFunction, leastPages: number): Uint8Array<ArrayBuffer> {
  const type = [0x60, ...vector(fn.parameters.map((t) => [t])), 0];
  const memoryImport = [...text('host'), ...text('memory'), 0x02, 0x00, ...unsignedLeb(leastPages)];
  const code = [...vector(fn.locals.map((t) => [1, t])), ...fn.body, ...OP.end];
  return Uint8Array.from([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, vector([type])),
    ...section(2, vector([memoryImport])),
    ...section(3, vector([[0]])),
    ...section(7, vector([[...text(fn.exportName), 0x00, 0x00]])),
    ...section(10, vector([[...unsignedLeb(code.length), ...code]])),
  ]);
}
