import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../../arena/arena.ts';
import { UNIT_BOUND } from './bounds.ts';
import { isEmptyBody } from './empty-body.ts';
import { NO_EXPIRY, type RdbEvents } from './events.ts';
import { skipBody } from './extent.ts';
import { broken } from './fault.ts';
import { HEADER_BYTES, readHeader, type RdbHeader } from './header.ts';
import { knownTypes, refusal, REFUSED } from './known-types.ts';
import { LargeEntryReader } from './large-entry.ts';
import { skipString } from './length.ts';
import { FIRST_OPCODE, OPCODE } from './opcodes.ts';
import { OpcodeReader } from './opcode-reader.ts';
import { Piece } from './piece.ts';
import { Prefix } from './prefix.ts';
import { CHECKSUM_BYTES, SnapshotChecksum } from './snapshot-checksum.ts';
import { RDB_TYPE, type RdbType } from './types.ts';

/** Where a decoder stands, at the boundary of an entry. */
export interface DecoderState {
  /** Bytes of the snapshot before the boundary. */
  readonly offset: number;
  readonly db: number;
  readonly keysDecoded: number;
  readonly emptyKeysSkipped: number;
  readonly header: RdbHeader | undefined;
}

const FIRST_VERSION_WITH_CHECKSUM = 5;

/**
 * Decodes a snapshot that arrives in portions, telling its content to `events`. It keeps no reference to the portions and
 * works without waiting, so nothing is allocated per key.
 *
 * Source: Redis rdb.c: rdbLoadRioWithLoadingCtx.
 */
export class RdbDecoder {
  /** The EOF opcode has been read, the checksum holds. */
  finished = false;
  /** Keys told so far, those in progress not counted. */
  keysDecoded = 0;
  /** Keys without elements, which a loading server discards, too. */
  emptyKeysSkipped = 0;
  /** Bytes of the snapshot consumed so far. */
  bytesConsumed = 0;
  /** `decode` returns at the end of the entry that has begun. */
  stopAtBoundary = false;
  readonly #events: RdbEvents;
  readonly #checksum: SnapshotChecksum;
  #header: RdbHeader | undefined;
  #types: Uint16Array = knownTypes(false);
  /** Offset of the last boundary between entries. */
  #boundary = 0;
  /** What has to be added to a position in the present portion to get its offset in the snapshot. */
  #base = 0;
  readonly #key = new Piece();
  readonly #prefix = new Prefix();
  readonly #opcode: OpcodeReader;
  readonly #large: LargeEntryReader;

  /** @param crcSlot the checksum slot of the arena that is this decoder's alone */
  constructor(events: RdbEvents, arena: Arena, crcSlot = 0) {
    this.#events = events;
    this.#checksum = new SnapshotChecksum(arena, crcSlot);
    this.#opcode = new OpcodeReader(events);
    this.#large = new LargeEntryReader(events);
  }

  /**
   * Decodes what is whole in buf[from, to).
   *
   * Given at least UNIT_BOUND bytes it always makes progress. What it tells does not depend on how the snapshot is split.
   * @returns the position up to which it consumed; the bytes from there on must come again, with more behind them
   * @throws RDB_BROKEN, RDB_UNSUPPORTED, and whatever an event throws; after that only `restore` brings it back to use
   */
  decode(buf: Buffer, from: number, to: number): number {
    if (this.finished) return from;
    const base = (this.#base = this.bytesConsumed - from);
    let pos = from;
    try {
      pos = this.#run(buf, from, to);
    } catch (error) {
      this.bytesConsumed = Math.max(this.#boundary, base + from);
      this.#checksum.count(buf, this.bytesConsumed - base, base);
      throw this.#located(error);
    }
    if (!this.finished) this.#checksum.count(buf, pos, base);
    this.bytesConsumed = base + pos;
    return pos;
  }

  /** The last boundary between entries: during an event, the one before the entry that the event is about. */
  state(): DecoderState {
    return {
      offset: this.#boundary,
      db: this.#opcode.db,
      keysDecoded: this.keysDecoded,
      emptyKeysSkipped: this.emptyKeysSkipped,
      header: this.#header,
    };
  }

  /** Nothing of an entry has been told that is not told whole. */
  get atBoundary(): boolean {
    return this.bytesConsumed === this.#boundary;
  }

  /** Goes back to a boundary; the next call of `decode` gets the bytes of the snapshot from `state.offset` on. */
  restore(state: DecoderState): void {
    if (state.offset > this.#checksum.counted) {
      throw new LockstepError('INTERNAL', `the decoder cannot skip ahead to byte ${state.offset}`);
    }
    this.#boundary = this.bytesConsumed = state.offset;
    this.#header = state.header;
    this.#types = knownTypes(state.header?.valkey ?? false);
    this.#opcode.abandon(state.db);
    this.#large.abandon();
    this.keysDecoded = state.keysDecoded;
    this.emptyKeysSkipped = state.emptyKeysSkipped;
    this.finished = false;
  }

  #run(buf: Buffer, from: number, to: number): number {
    let pos = from;
    if (this.#header === undefined) {
      if (to - pos < HEADER_BYTES) return pos;
      this.#header = readHeader(buf, pos);
      this.#types = knownTypes(this.#header.valkey);
      pos += HEADER_BYTES;
      this.#boundary = this.#base + pos;
    }
    for (;;) {
      if (!this.#large.done) {
        pos = this.#large.run(buf, pos, to);
        if (!this.#large.done) return pos;
        this.keysDecoded++;
        this.#boundary = this.#base + pos;
        if (this.stopAtBoundary) return pos;
      } else if (!this.#opcode.done) {
        pos = this.#opcode.run(buf, pos, to);
        if (!this.#opcode.done) return pos;
        this.#boundary = this.#base + pos;
        if (this.stopAtBoundary) return pos;
      }
      pos = this.#entries(buf, pos, to);
      if (this.#large.done && this.#opcode.done) return pos;
    }
  }

  /** Tells the entries that are whole, up to something that takes a reader of its own. @returns the position behind */
  #entries(buf: Buffer, from: number, to: number): number {
    const key = this.#key;
    const events = this.#events;
    const base = this.#base;
    const types = this.#types;
    let pos = from;
    while (pos < to) {
      let at = pos;
      let expireAtMs = NO_EXPIRY;
      let byte = buf[at]!;
      if (byte >= FIRST_OPCODE) {
        if (byte === OPCODE.EOF) return this.#end(buf, pos, to);
        const prefix = this.#prefix;
        at = prefix.read(buf, pos, to);
        if (at >= to && prefix.present) return pos;
        if (!prefix.present) {
          this.#opcode.begin(byte, this.#header!.valkey);
          return pos + 1;
        }
        expireAtMs = prefix.expireAtMs;
        byte = buf[at]!;
      }
      const limit = to - pos > UNIT_BOUND ? pos + UNIT_BOUND : to;
      const type = types[byte]!;
      if (type === REFUSED) {
        const error = refusal(this.#header!.valkey, buf, at, to, to - pos < UNIT_BOUND);
        if (error === undefined) return pos;
        throw error;
      }
      const keyBody = key.header(buf, at + 1, limit);
      const keyEnd = keyBody > limit ? keyBody : keyBody + key.encodedLength;
      let end = keyEnd;
      if (keyEnd <= limit) {
        if (type === RDB_TYPE.STRING) end = skipString(buf, keyEnd, limit);
        else end = skipBody(type as RdbType, buf, keyEnd, limit);
      }
      if (end > limit) {
        if (end - pos <= UNIT_BOUND) return pos;
        this.#large.begin(type as RdbType, expireAtMs);
        return at + 1;
      }
      if (type !== RDB_TYPE.STRING && isEmptyBody(type as RdbType, buf, keyEnd, end)) {
        this.emptyKeysSkipped++;
      } else {
        key.decode(buf, keyBody);
        events.value(type as RdbType, key.buf, key.from, key.to, buf, keyEnd, end, expireAtMs);
        this.keysDecoded++;
      }
      pos = end;
      this.#boundary = base + pos;
      if (this.stopAtBoundary) return pos;
    }
    return pos;
  }

  /** The EOF opcode at `pos` and the checksum behind it, if it is there. @returns the position behind, or `pos` */
  #end(buf: Buffer, pos: number, to: number): number {
    let end = pos + 1;
    if (this.#header!.version >= FIRST_VERSION_WITH_CHECKSUM) {
      end += CHECKSUM_BYTES;
      if (end > to) return pos;
      this.#checksum.count(buf, pos + 1, this.#base);
      if (!this.#checksum.matches(buf, pos + 1)) throw broken('the checksum does not fit');
    }
    this.finished = true;
    this.#events.end();
    return end;
  }

  /** Adds the place in the snapshot to a fault that was found in its bytes. */
  #located(error: unknown): unknown {
    if (!(error instanceof LockstepError) || error.code !== 'RDB_BROKEN') return error;
    return new LockstepError(error.code, `${error.message} (in the entry at byte ${this.#boundary})`, {
      cause: error,
    });
  }
}
