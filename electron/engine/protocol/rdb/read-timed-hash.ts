import type { BodyReader } from './body-reader.ts';
import { ELEMENT_BOUND } from './bounds.ts';
import { NO_EXPIRY, type ElementEvents } from './events.ts';
import { broken, type Owner } from './fault.ts';
import { LargeString } from './large-string.ts';
import { Length } from './length.ts';
import { i64le } from './little-endian.ts';
import { Piece } from './piece.ts';
import type { RdbType } from './types.ts';

const EXPIRY_BYTES = 8;

/** What comes next: the count, a field, the rest of a large name, a value after a large name, its rest, its expiry. */
const STEP = { COUNT: 0, FIELD: 1, LARGE_NAME: 2, VALUE: 3, LARGE_VALUE: 4, EXPIRY: 5 } as const;

/**
 * The hash of Valkey 9 whose fields expire: a count, then fields with their values, each followed by a Unix time in
 * milliseconds, -1 for none. Source: Valkey rdb.c: rdbLoadObject.
 */
export class TimedHashReader implements BodyReader {
  done = false;
  #step: number = STEP.COUNT;
  #left = 0;
  #events!: ElementEvents;
  readonly #number = new Length();
  readonly #name = new Piece();
  readonly #value = new Piece();
  readonly #large = new LargeString();

  begin(_type: RdbType, _owner: Owner, events: ElementEvents): void {
    this.#events = events;
    this.#step = STEP.COUNT;
    this.#large.abandon();
    this.done = false;
  }

  run(buf: Buffer, from: number, limit: number): number {
    let pos = from;
    for (;;) {
      const before = this.#step;
      switch (before) {
        case STEP.COUNT: {
          const end = this.#number.read(buf, pos, limit);
          if (end > limit) return pos;
          this.#left = this.#number.value;
          pos = end;
          this.#step = STEP.FIELD;
          break;
        }
        case STEP.FIELD:
          pos = this.#fields(buf, pos, limit);
          break;
        case STEP.LARGE_NAME:
          pos = this.#large.run(this.#name, buf, pos, limit, this.#events);
          if (!this.#large.active) this.#step = STEP.VALUE;
          break;
        case STEP.VALUE: {
          const body = this.#value.header(buf, pos, limit);
          if (body > limit || !this.#announce('field-value', this.#value, buf, body, limit)) return pos;
          pos = body;
          this.#step = STEP.LARGE_VALUE;
          break;
        }
        case STEP.LARGE_VALUE:
          pos = this.#large.run(this.#value, buf, pos, limit, this.#events);
          if (!this.#large.active) this.#step = STEP.EXPIRY;
          break;
        default:
          if (pos + EXPIRY_BYTES > limit) return pos;
          this.#events.fieldExpiry(expiryAt(buf, pos));
          pos += EXPIRY_BYTES;
          this.#step = STEP.FIELD;
      }
      if (this.done || this.#step === before) return pos;
    }
  }

  /** Fields that are whole, up to a large one or the end of the bytes. */
  #fields(buf: Buffer, from: number, limit: number): number {
    const name = this.#name;
    const value = this.#value;
    let pos = from;
    while (this.#left > 0) {
      const nameBody = name.header(buf, pos, limit);
      if (nameBody > limit) return pos;
      const nameEnd = nameBody + name.encodedLength;
      let large = name.length > ELEMENT_BOUND;
      if (!large) {
        if (nameEnd > limit) return pos;
        const valueBody = value.header(buf, nameEnd, limit);
        if (valueBody > limit) return pos;
        large = name.length + value.length > ELEMENT_BOUND;
        if (!large) {
          const valueEnd = valueBody + value.encodedLength;
          if (valueEnd + EXPIRY_BYTES > limit) return pos;
          name.decode(buf, nameBody);
          value.decode(buf, valueBody);
          const expireAtMs = expiryAt(buf, valueEnd);
          this.#events.field(name.buf, name.from, name.to, value.buf, value.from, value.to, expireAtMs);
          this.#left -= 1;
          pos = valueEnd + EXPIRY_BYTES;
          continue;
        }
      }
      if (!this.#announce('field-name', name, buf, nameBody, limit)) return pos;
      this.#left -= 1;
      this.#step = STEP.LARGE_NAME;
      return nameBody;
    }
    this.done = true;
    return pos;
  }

  /** Tells a large name or value. @returns false if its length is not known yet */
  #announce(
    role: 'field-name' | 'field-value',
    piece: Piece,
    buf: Buffer,
    body: number,
    limit: number,
  ): boolean {
    let { length } = piece;
    if (piece.isInteger) {
      if (body + piece.encodedLength > limit) return false;
      piece.decode(buf, body);
      length = piece.to - piece.from;
    }
    this.#events.largeElement(role, length, NO_EXPIRY);
    this.#large.begin(piece);
    return true;
  }
}

function expiryAt(buf: Buffer, pos: number): number {
  const expireAtMs = i64le(buf, pos);
  if (expireAtMs < NO_EXPIRY) throw broken('a field has an expiry that is no time');
  return expireAtMs;
}
