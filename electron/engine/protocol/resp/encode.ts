/** One command as RESP; strings as UTF-8. For the few commands that are not on the data path. */
export function command(...args: readonly (string | Buffer)[]): Buffer {
  const parts: Buffer[] = [];
  // Text that follows text becomes bytes together.
  let text = `*${args.length}\r\n`;
  for (const arg of args) {
    if (typeof arg === 'string') text += `$${Buffer.byteLength(arg)}\r\n${arg}\r\n`;
    else {
      parts.push(Buffer.from(`${text}$${arg.length}\r\n`), arg);
      text = '\r\n';
    }
  }
  const last = Buffer.from(text);
  return parts.length === 0 ? last : Buffer.concat([...parts, last]);
}

/** One argument of a command as RESP. */
export const bulk = (bytes: Buffer): Buffer =>
  Buffer.concat([Buffer.from(`$${bytes.length}\r\n`), bytes, Buffer.from('\r\n')]);
