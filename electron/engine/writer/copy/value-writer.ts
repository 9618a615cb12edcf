import type { Arena } from '../../arena/arena.ts';
import { Length } from '../../protocol/rdb/length.ts';
import { decompressLzf } from '../../protocol/rdb/lzf.ts';
import { RDB_TYPE, RDB_VERSION_OF_TYPE, type RdbType } from '../../protocol/rdb/types.ts';
import { NO_EXPIRY } from '../../protocol/rdb/events.ts';
import type { CommandOutput } from '../../protocol/resp/command-output.ts';
import {
  BULK_OVERHEAD_BYTES,
  digits,
  writeBulk,
  writeBytes,
  writeHead,
  writeIntegerBulk,
} from '../../protocol/resp/write.ts';
import type { TargetAbilities } from '../../control/target-abilities.ts';
import type { BuildKey } from './element-writer.ts';

const STAR = 42;
const DOLLAR = 36;
/** Everything around key and value in the longest form. */
const OVERHEAD_BYTES = 160 + 2 * BULK_OVERHEAD_BYTES;
const CRC_SLOT = 1;
/** RESTORE's footer: RDB version and CRC64. */
const FOOTER_BYTES = 10;

/** What a compressed string that is unpacked here takes at most, with its head, and what comes out of it. */
const SMALL_COMPRESSED_BYTES = 64;
const SMALL_BYTES = 256;

const SET = Buffer.from('$3\r\nSET\r\n');
const PXAT = Buffer.from('$4\r\nPXAT\r\n');
const RESTORE = Buffer.from('$7\r\nRESTORE\r\n');
const NO_TTL = Buffer.from('$1\r\n0\r\n');
const REPLACE = Buffer.from('$7\r\nREPLACE\r\n');
const ABSTTL = Buffer.from('$6\r\nABSTTL\r\n');
const DEL = Buffer.from('$3\r\nDEL\r\n');
const RENAME = Buffer.from('$6\r\nRENAME\r\n');
const PEXPIREAT = Buffer.from('$9\r\nPEXPIREAT\r\n');

export interface ValueWriterOptions {
  readonly arena: Arena;
  readonly output: CommandOutput;
  readonly abilities: TargetAbilities;
  /** See CopyApplierOptions. Servers of a cluster, with a name for each key, need none here. */
  readonly buildKey: BuildKey | undefined;
}

/** Writes whole small values in the form that the target runs fastest: SET for plain strings, RESTORE for the rest. */
export class ValueWriter {
  private readonly arena: Arena;
  private readonly output: CommandOutput;
  private readonly abilities: TargetAbilities;
  private readonly buildKey: Buffer | undefined;
  private readonly decimal = Buffer.alloc(24);
  private readonly length = new Length();
  private readonly unpacked = Buffer.alloc(SMALL_BYTES);

  constructor(options: ValueWriterOptions) {
    this.arena = options.arena;
    this.output = options.output;
    this.abilities = options.abilities;
    this.buildKey = typeof options.buildKey === 'string' ? Buffer.from(options.buildKey) : undefined;
  }

  /**
   * A string from its RDB form. Plain and integer strings become SET, and so does a small compressed one, which costs the target less
   * than a payload; a larger one is RESTOREd as it is, since the target unpacks it faster than we would.
   */
  string(
    keyBuf: Buffer,
    keyFrom: number,
    keyTo: number,
    buf: Buffer,
    from: number,
    to: number,
    expireAtMs: number,
  ): void {
    const first = buf[from]!;
    if (first >= 0xc0) {
      if (first === 0xc3) {
        if (to - from <= SMALL_COMPRESSED_BYTES) {
          const body = this.length.read(buf, from + 1, to);
          const compressed = this.length.value;
          const start = this.length.read(buf, body, to);
          const { value } = this.length;
          if (value <= SMALL_BYTES && start + compressed === to) {
            decompressLzf(buf, start, to, this.unpacked, 0, value);
            this.set(keyBuf, keyFrom, keyTo, this.unpacked, 0, value, expireAtMs);
            return;
          }
        }
        this.restore(RDB_TYPE.STRING, keyBuf, keyFrom, keyTo, buf, from, to, expireAtMs);
        return;
      }
      const value =
        first === 0xc0
          ? buf.readInt8(from + 1)
          : first === 0xc1
            ? buf.readInt16LE(from + 1)
            : buf.readInt32LE(from + 1);
      const length = this.decimal.write(String(value), 0, 'latin1');
      this.set(keyBuf, keyFrom, keyTo, this.decimal, 0, length, expireAtMs);
      return;
    }
    const header = first < 0x40 ? 1 : first < 0x80 ? 2 : first === 0x80 ? 5 : 9;
    this.set(keyBuf, keyFrom, keyTo, buf, from + header, to, expireAtMs);
  }

  set(
    keyBuf: Buffer,
    keyFrom: number,
    keyTo: number,
    buf: Buffer,
    from: number,
    to: number,
    expireAtMs: number,
  ): void {
    const { output } = this;
    output.reserve(keyTo - keyFrom + (to - from) + OVERHEAD_BYTES);
    output.begin();
    const out = output.buf;
    const inline = expireAtMs !== NO_EXPIRY && this.abilities.setPxat;
    let at = writeHead(out, output.at, STAR, inline ? 5 : 3);
    at = writeBytes(out, at, SET, 0, SET.length);
    at = writeBulk(out, at, keyBuf, keyFrom, keyTo);
    at = writeBulk(out, at, buf, from, to);
    if (inline) {
      at = writeBytes(out, at, PXAT, 0, PXAT.length);
      at = writeIntegerBulk(out, at, expireAtMs);
    }
    output.at = at;
    if (expireAtMs !== NO_EXPIRY && !inline) this.expireAt(keyBuf, keyFrom, keyTo, expireAtMs);
  }

  /**
   * RESTORE of a body as it stands in the RDB, replacing whatever the key held in one step: where RESTORE cannot replace, by way
   * of another name.
   */
  restore(
    type: RdbType,
    keyBuf: Buffer,
    keyFrom: number,
    keyTo: number,
    buf: Buffer,
    from: number,
    to: number,
    expireAtMs: number,
  ): void {
    const { output, buildKey } = this;
    if (!this.abilities.restoreReplace && buildKey && keyBuf !== buildKey) {
      this.restore(type, buildKey, 0, buildKey.length, buf, from, to, NO_EXPIRY);
      this.rename(buildKey, keyBuf, keyFrom, keyTo);
      if (expireAtMs !== NO_EXPIRY) this.expireAt(keyBuf, keyFrom, keyTo, expireAtMs);
      return;
    }
    if (!this.abilities.restoreReplace) this.remove(keyBuf, keyFrom, keyTo);
    const payload = 1 + (to - from) + FOOTER_BYTES;
    output.reserve(keyTo - keyFrom + payload + OVERHEAD_BYTES);
    output.begin();
    const out = output.buf;
    const inline = expireAtMs !== NO_EXPIRY && this.abilities.restoreAbsTtl;
    const { restoreReplace } = this.abilities;
    let at = writeHead(out, output.at, STAR, 4 + (inline ? 1 : 0) + (restoreReplace ? 1 : 0));
    at = writeBytes(out, at, RESTORE, 0, RESTORE.length);
    at = writeBulk(out, at, keyBuf, keyFrom, keyTo);
    at = inline ? writeIntegerBulk(out, at, expireAtMs) : writeBytes(out, at, NO_TTL, 0, NO_TTL.length);
    at = writeHead(out, at, DOLLAR, payload);
    const payloadFrom = at;
    out[at++] = type;
    at = writeBytes(out, at, buf, from, to);
    // Any version in which the type exists will do; the lowest is taken by the most targets. Before 3.2 only their own is.
    out[at++] = this.abilities.ownRdbVersionOnly ? this.abilities.rdbVersion : RDB_VERSION_OF_TYPE[type];
    out[at++] = 0;
    this.arena.crcReset(CRC_SLOT);
    this.arena.crcUpdate(CRC_SLOT, out, payloadFrom, at);
    this.arena.crcCopy(CRC_SLOT, out, at);
    at += 8;
    out[at++] = 13;
    out[at++] = 10;
    if (restoreReplace) at = writeBytes(out, at, REPLACE, 0, REPLACE.length);
    if (inline) at = writeBytes(out, at, ABSTTL, 0, ABSTTL.length);
    output.at = at;
    if (expireAtMs !== NO_EXPIRY && !inline) this.expireAt(keyBuf, keyFrom, keyTo, expireAtMs);
  }

  private remove(keyBuf: Buffer, keyFrom: number, keyTo: number): void {
    const { output } = this;
    output.reserve(keyTo - keyFrom + OVERHEAD_BYTES);
    output.begin();
    const at = writeHead(output.buf, output.at, STAR, 2);
    output.at = writeBulk(output.buf, writeBytes(output.buf, at, DEL, 0, DEL.length), keyBuf, keyFrom, keyTo);
  }

  private rename(name: Buffer, keyBuf: Buffer, keyFrom: number, keyTo: number): void {
    const { output } = this;
    output.reserve(name.length + keyTo - keyFrom + OVERHEAD_BYTES);
    output.begin();
    let at = writeHead(output.buf, output.at, STAR, 3);
    at = writeBytes(output.buf, at, RENAME, 0, RENAME.length);
    at = writeBulk(output.buf, at, name, 0, name.length);
    output.at = writeBulk(output.buf, at, keyBuf, keyFrom, keyTo);
  }

  expireAt(keyBuf: Buffer, keyFrom: number, keyTo: number, expireAtMs: number): void {
    const { output } = this;
    output.reserve(keyTo - keyFrom + digits(expireAtMs) + OVERHEAD_BYTES);
    output.begin();
    const out = output.buf;
    let at = writeHead(out, output.at, STAR, 3);
    at = writeBytes(out, at, PEXPIREAT, 0, PEXPIREAT.length);
    at = writeBulk(out, at, keyBuf, keyFrom, keyTo);
    output.at = writeIntegerBulk(out, at, expireAtMs);
  }
}
