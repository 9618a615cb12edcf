const WINDOW = 8192;
const LONGEST_MATCH = 264;
const LONGEST_LITERAL = 32;

/** Compresses greedily in the format of liblzf, with back references as far and as long as the format allows. */
export function compressLzf(input: Buffer): Buffer {
  const out: number[] = [];
  const seen = new Map<number, number>();
  let literalFrom = 0;
  const flushLiteral = (to: number): void => {
    for (let from = literalFrom; from < to; from += LONGEST_LITERAL) {
      const end = Math.min(to, from + LONGEST_LITERAL);
      out.push(end - from - 1, ...input.subarray(from, end));
    }
  };
  let at = 0;
  while (at < input.length) {
    const key = at + 2 < input.length ? input.readUIntBE(at, 3) : -1;
    const earlier = seen.get(key);
    if (key >= 0) seen.set(key, at);
    if (earlier === undefined || at - earlier > WINDOW) {
      at++;
      continue;
    }
    let size = 3;
    while (size < LONGEST_MATCH && at + size < input.length && input[at + size] === input[earlier + size])
      size++;
    flushLiteral(at);
    const distance = at - earlier - 1;
    if (size < 9) out.push(((size - 2) << 5) | (distance >> 8), distance & 0xff);
    else out.push((7 << 5) | (distance >> 8), size - 9, distance & 0xff);
    at += size;
    literalFrom = at;
  }
  flushLiteral(input.length);
  return Buffer.from(out);
}
