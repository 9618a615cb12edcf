import { Blob } from './blob.ts';
import { scoreText } from './decimal.ts';
import { emitElement, emitField, emitScored } from './emit.ts';
import { NO_EXPIRY, type ElementEvents } from './events.ts';
import { broken, type Owner } from './fault.ts';
import { IntsetCursor } from './intset.ts';
import { ListpackCursor } from './listpack.ts';
import type { PackedCursor } from './packed.ts';
import { Piece } from './piece.ts';
import { numberOfText } from './score.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';
import { ZiplistCursor } from './ziplist.ts';
import { ZipmapCursor } from './zipmap.ts';

/** Types whose whole body is one packed block: 9 to 13, 16, 17, 20, 23 and 25. */
export class PackedReader implements BodyReader {
  done = false;
  #type: RdbType = RDB_TYPE.LIST_ZIPLIST;
  /** Type 25 has eight bytes before the block: the earliest expiry of a field, which the block repeats. */
  #toSkip = 0;
  #events!: ElementEvents;
  readonly #blob = new Blob();
  readonly #first = new Piece();
  readonly #second = new Piece();
  readonly #third = new Piece();
  readonly #ziplist = new ZiplistCursor();
  readonly #listpack = new ListpackCursor();
  readonly #intset = new IntsetCursor();
  readonly #zipmap = new ZipmapCursor();

  begin(type: RdbType, owner: Owner, events: ElementEvents): void {
    this.#type = type;
    this.#toSkip = type === RDB_TYPE.HASH_LISTPACK_EX ? 8 : 0;
    this.#events = events;
    this.#blob.begin(owner);
    this.done = false;
  }

  run(buf: Buffer, from: number, limit: number): number {
    if (from + this.#toSkip > limit) return from;
    const blobFrom = from + this.#toSkip;
    this.#toSkip = 0;
    const pos = this.#blob.advance(buf, blobFrom, limit);
    if (!this.#blob.ready) return pos;
    const cursor = this.#cursor();
    cursor.open(this.#blob.buf, this.#blob.from, this.#blob.to);
    this.#tell(cursor);
    this.#blob.release();
    this.done = true;
    return pos;
  }

  #cursor(): PackedCursor {
    switch (this.#type) {
      case RDB_TYPE.LIST_ZIPLIST:
      case RDB_TYPE.ZSET_ZIPLIST:
      case RDB_TYPE.HASH_ZIPLIST:
        return this.#ziplist;
      case RDB_TYPE.SET_INTSET:
        return this.#intset;
      case RDB_TYPE.HASH_ZIPMAP:
        return this.#zipmap;
      default:
        return this.#listpack;
    }
  }

  #tell(cursor: PackedCursor): void {
    const events = this.#events;
    const first = this.#first;
    switch (this.#type) {
      case RDB_TYPE.LIST_ZIPLIST:
      case RDB_TYPE.SET_INTSET:
      case RDB_TYPE.SET_LISTPACK:
        while (cursor.next(first)) emitElement(events, first);
        break;
      case RDB_TYPE.ZSET_ZIPLIST:
      case RDB_TYPE.ZSET_LISTPACK:
        while (cursor.next(first))
          emitScored(events, first, this.#score(this.#companion(cursor, this.#second)));
        break;
      case RDB_TYPE.HASH_LISTPACK_EX:
      case RDB_TYPE.HASH_LISTPACK_EX_PRE_GA:
        while (cursor.next(first)) {
          const value = this.#companion(cursor, this.#second);
          const expiry = this.#companion(cursor, this.#third);
          emitField(events, first, value, this.#expireAtMs(expiry));
        }
        break;
      default:
        while (cursor.next(first)) emitField(events, first, this.#companion(cursor, this.#second), NO_EXPIRY);
    }
  }

  #companion(cursor: PackedCursor, item: Piece): Piece {
    if (!cursor.next(item)) throw broken('a packed block ends in the middle of an element');
    return item;
  }

  #score(item: Piece): string {
    return scoreText(numberOfText(item.buf.toString('latin1', item.from, item.to)));
  }

  /** A Unix time as it is; 0 is none. */
  #expireAtMs(item: Piece): number {
    const given = Number(item.buf.toString('latin1', item.from, item.to));
    if (!Number.isSafeInteger(given) || given < 0) throw broken('a field has an expiry that is no time');
    return given === 0 ? NO_EXPIRY : given;
  }
}
