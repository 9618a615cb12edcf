/** Integers and scores as the text that commands take. */

const NEGATIVE = 0x2d;
const ZERO = 0x30;
const SAFE_HIGH = 0x200000;

/** Digits that any 64-bit integer needs, with its sign. */
export const DECIMAL_BYTES = 20;

/** Writes a safe integer to out[at, …). @returns the position after it */
export function writeInteger(out: Buffer, at: number, value: number): number {
  let rest = value;
  let pos = at;
  if (rest < 0) {
    out[pos++] = NEGATIVE;
    rest = -rest;
  }
  let digits = 1;
  for (let power = 10; power <= rest; power *= 10) digits++;
  const end = pos + digits;
  for (let i = end - 1; i >= pos; i--) {
    if (rest < 0x80000000) {
      const next = (rest / 10) | 0;
      out[i] = ZERO + rest - next * 10;
      rest = next;
    } else {
      const next = Math.floor(rest / 10);
      out[i] = ZERO + rest - next * 10;
      rest = next;
    }
  }
  return end;
}

/** Writes a signed 64-bit integer given as two unsigned halves. @returns the position after it */
export function writeInt64(out: Buffer, at: number, high: number, low: number): number {
  const signedHigh = high | 0;
  if (signedHigh >= -SAFE_HIGH && signedHigh < SAFE_HIGH) {
    const value = signedHigh * 0x100000000 + low;
    if (Number.isSafeInteger(value)) return writeInteger(out, at, value);
  }
  const text = ((BigInt(signedHigh) << 32n) | BigInt(low)).toString();
  return at + out.write(text, at, 'latin1');
}

/** An unsigned 64-bit integer, given as two unsigned halves, as text. */
export function uint64Text(high: number, low: number): string {
  if (high < SAFE_HIGH) return String(high * 0x100000000 + low);
  return ((BigInt(high) << 32n) | BigInt(low)).toString();
}

/** A score as ZADD takes it: `inf`, `-inf`, or the shortest text that reads as the same double. */
export function scoreText(score: number): string {
  if (score === Infinity) return 'inf';
  if (score === -Infinity) return '-inf';
  return Object.is(score, -0) ? '-0' : String(score);
}
