import type { Owner } from './fault.ts';
import { ELEMENT_BOUND } from './bounds.ts';
import { NO_EXPIRY, type ElementEvents } from './events.ts';
import { LargeString } from './large-string.ts';
import { Length } from './length.ts';
import { i64le } from './little-endian.ts';
import { Piece } from './piece.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';

/** What comes next: the minimum expiry, the count, a field, the rest of a large name, a value after a large name. */
const STEP = { MINIMUM: 0, COUNT: 1, FIELD: 2, LARGE_NAME: 3, VALUE: 4, LARGE_VALUE: 5 } as const;

/** Types 4, 22 and 24: a count, then fields with their values, in 22 and 24 preceded by the field's expiry. */
export class HashReader implements BodyReader {
  done = false;
  #step: number = STEP.COUNT;
  #left = 0;
  #expires = false;
  /** Type 24 counts the expiry of its fields from here, plus one; type 22 gives Unix times as they are. */
  #minimumMs = 0;
  #relative = false;
  #fieldExpireAtMs = NO_EXPIRY;
  #events!: ElementEvents;
  readonly #number = new Length();
  readonly #name = new Piece();
  readonly #value = new Piece();
  readonly #large = new LargeString();

  begin(type: RdbType, _owner: Owner, events: ElementEvents): void {
    this.#events = events;
    this.#relative = type === RDB_TYPE.HASH_METADATA;
    this.#expires = type !== RDB_TYPE.HASH;
    this.#step = this.#relative ? STEP.MINIMUM : STEP.COUNT;
    this.#fieldExpireAtMs = NO_EXPIRY;
    this.#large.abandon();
    this.done = false;
  }

  run(buf: Buffer, from: number, limit: number): number {
    let pos = from;
    for (;;) {
      const before = this.#step;
      switch (before) {
        case STEP.MINIMUM:
          if (pos + 8 > limit) return pos;
          this.#minimumMs = i64le(buf, pos);
          pos += 8;
          this.#step = STEP.COUNT;
          break;
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
          if (body > limit) return pos;
          if (!this.#announce('field-value', this.#value, buf, body, limit)) return pos;
          pos = body;
          this.#step = STEP.LARGE_VALUE;
          break;
        }
        default:
          pos = this.#large.run(this.#value, buf, pos, limit, this.#events);
          if (!this.#large.active) this.#step = STEP.FIELD;
      }
      if (this.done || this.#step === before) return pos;
    }
  }

  /** Fields that are whole, up to a large one or the end of the bytes. */
  #fields(buf: Buffer, from: number, limit: number): number {
    const name = this.#name;
    const value = this.#value;
    const events = this.#events;
    let pos = from;
    let left = this.#left;
    while (left > 0) {
      let namePos = pos;
      if (this.#expires) {
        namePos = this.#number.read(buf, pos, limit);
        if (namePos > limit) break;
      }
      const nameBody = name.header(buf, namePos, limit);
      if (nameBody > limit) break;
      const nameEnd = nameBody + name.encodedLength;
      let large = name.length > ELEMENT_BOUND;
      if (!large) {
        if (nameEnd > limit) break;
        const valueBody = value.header(buf, nameEnd, limit);
        if (valueBody > limit) break;
        large = name.length + value.length > ELEMENT_BOUND;
        if (!large) {
          const end = valueBody + value.encodedLength;
          if (end > limit) break;
          name.decode(buf, nameBody);
          value.decode(buf, valueBody);
          left--;
          const expireAtMs = this.#expires ? this.#expiry() : NO_EXPIRY;
          events.field(name.buf, name.from, name.to, value.buf, value.from, value.to, expireAtMs);
          pos = end;
          continue;
        }
      }
      this.#fieldExpireAtMs = this.#expires ? this.#expiry() : NO_EXPIRY;
      if (!this.#announce('field-name', name, buf, nameBody, limit)) break;
      left--;
      pos = nameBody;
      this.#step = STEP.LARGE_NAME;
      break;
    }
    this.#left = left;
    this.done = left === 0 && this.#step === STEP.FIELD;
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
    let length = piece.length;
    if (piece.isInteger) {
      if (body + piece.encodedLength > limit) return false;
      piece.decode(buf, body);
      length = piece.to - piece.from;
    }
    this.#events.largeElement(role, length, this.#fieldExpireAtMs);
    this.#large.begin(piece);
    return true;
  }

  #expiry(): number {
    const given = this.#number.value;
    if (given === 0) return NO_EXPIRY;
    return this.#relative ? given + this.#minimumMs - 1 : given;
  }
}
