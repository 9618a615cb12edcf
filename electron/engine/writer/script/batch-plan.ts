/**
 * Numbers of a batch as one MessagePack array, which a script takes apart in one call (`cmsgpack.unpack`): a string for each would cost the
 * server as much as running a command. Source: the MessagePack specification: formats.
 */
const ARRAY_32 = 0xdd;
const UINT_32 = 0xce;
const FLOAT_64 = 0xcb;
const MINUS_ONE = 0xff;
const MOST_SMALL = 0x7f;
const MOST_UINT_32 = 0xffffffff;

/** What `writePlanHead` takes, and `writePlanNumber` at most. */
export const PLAN_HEAD_BYTES = 5;
export const PLAN_NUMBER_BYTES = 9;

/** The head of an array of so many numbers. @returns the address behind it */
export function writePlanHead(out: Buffer, at: number, count: number): number {
  out[at] = ARRAY_32;
  return out.writeUInt32BE(count, at + 1);
}

/** A whole number from -1 on. @returns the address behind it */
export function writePlanNumber(out: Buffer, at: number, value: number): number {
  if (value <= MOST_SMALL) {
    out[at] = value < 0 ? MINUS_ONE : value;
    return at + 1;
  }
  out[at] = value <= MOST_UINT_32 ? UINT_32 : FLOAT_64;
  return value <= MOST_UINT_32 ? out.writeUInt32BE(value, at + 1) : out.writeDoubleBE(value, at + 1);
}

/** The same of all at once, for what is not on the data path. */
export function planOf(numbers: readonly number[]): Buffer {
  const plan = Buffer.alloc(PLAN_HEAD_BYTES + numbers.length * PLAN_NUMBER_BYTES);
  let at = writePlanHead(plan, 0, numbers.length);
  for (const value of numbers) at = writePlanNumber(plan, at, value);
  return plan.subarray(0, at);
}
