const ALIGNMENT = 4;

/**
 * An asar archive of the given files, `{ name: text }`, all at its top level.
 * Format: two length-prefixed records, the size of the header and the header as JSON, padded to 4 bytes, and
 * then the files one after the other.
 */
export function packAsar(files) {
  const contents = [];
  const entries = {};
  let offset = 0;
  for (const [name, text] of Object.entries(files)) {
    const content = Buffer.from(text);
    entries[name] = { size: content.length, offset: String(offset) };
    contents.push(content);
    offset += content.length;
  }
  const header = Buffer.from(JSON.stringify({ files: entries }));
  const padded = Math.ceil(header.length / ALIGNMENT) * ALIGNMENT;
  const sizes = Buffer.alloc(16);
  sizes.writeUInt32LE(4, 0);
  sizes.writeUInt32LE(padded + 8, 4);
  sizes.writeUInt32LE(padded + 4, 8);
  sizes.writeUInt32LE(header.length, 12);
  return Buffer.concat([sizes, header, Buffer.alloc(padded - header.length), ...contents]);
}
