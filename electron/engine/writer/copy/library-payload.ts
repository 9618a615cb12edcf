import type { Arena } from '../../arena/arena.ts';
import { OPCODE } from '../../protocol/rdb/opcodes.ts';

/** Two bytes of RDB version and eight of checksum. */
export const FOOTER_BYTES = 10;
const CRC_SLOT = 1;
/** The first version with libraries: every target that has them takes it. */
const FIRST_VERSION = 10;

/** What FUNCTION DUMP would have given for these libraries. */
export function libraryPayload(codes: Iterable<Buffer>, arena: Arena): Buffer {
  const parts: Buffer[] = [];
  for (const code of codes) {
    const head = Buffer.alloc(6);
    head[0] = OPCODE.FUNCTION_2;
    // A length of 32 bits (`Redis rdb.c: rdbSaveLen`).
    head[1] = 0x80;
    head.writeUInt32BE(code.length, 2);
    parts.push(head, code);
  }
  return sealed(Buffer.concat(parts), arena);
}

/** A payload's body under a version that every target with functions takes. */
export function sealed(body: Buffer, arena: Arena): Buffer {
  const payload = Buffer.alloc(body.length + FOOTER_BYTES);
  body.copy(payload);
  payload[body.length] = FIRST_VERSION;
  arena.crcReset(CRC_SLOT);
  arena.crcUpdate(CRC_SLOT, payload, 0, body.length + 2);
  arena.crcCopy(CRC_SLOT, payload, body.length + 2);
  return payload;
}
