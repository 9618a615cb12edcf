import { ELEMENT_BOUND } from './bounds.ts';
import { scoreText } from './decimal.ts';
import { NO_EXPIRY, type ElementEvents } from './events.ts';
import { broken, type Owner } from './fault.ts';
import { LargeString } from './large-string.ts';
import { Length } from './length.ts';
import { Piece } from './piece.ts';
import { notNan, numberOfText } from './score.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';

/** Text scores: a length byte and that many characters, or one of these in its place. */
const TEXT_SCORE = { NAN: 253, POSITIVE_INFINITY: 254, NEGATIVE_INFINITY: 255 } as const;

/** Types 3 and 5: a count, then members, each with its score. Source: Redis rdb.c: rdbLoadDoubleValue. */
export class ScoredReader implements BodyReader {
  done = false;
  #left = -1;
  #binary = true;
  /** A large member has been told, its score has not. */
  #scoreDue = false;
  #score = 0;
  #events!: ElementEvents;
  readonly #count = new Length();
  readonly #piece = new Piece();
  readonly #large = new LargeString();

  begin(type: RdbType, _owner: Owner, events: ElementEvents): void {
    this.#events = events;
    this.#binary = type === RDB_TYPE.ZSET_2;
    this.#left = -1;
    this.#scoreDue = false;
    this.#large.abandon();
    this.done = false;
  }

  run(buf: Buffer, from: number, limit: number): number {
    const piece = this.#piece;
    const events = this.#events;
    let pos = from;
    if (this.#left < 0) {
      const end = this.#count.read(buf, pos, limit);
      if (end > limit) return pos;
      this.#left = this.#count.value;
      pos = end;
    }
    for (;;) {
      if (this.#large.active) {
        pos = this.#large.run(piece, buf, pos, limit, events);
        if (this.#large.active) break;
      }
      if (this.#scoreDue) {
        const end = this.#readScore(buf, pos, limit);
        if (end > limit) break;
        this.#scoreDue = false;
        events.score(scoreText(this.#score));
        pos = end;
      }
      if (this.#left === 0) {
        this.done = true;
        break;
      }
      const body = piece.header(buf, pos, limit);
      if (body > limit) break;
      if (piece.length > ELEMENT_BOUND) {
        this.#left--;
        events.largeElement('member', piece.length, NO_EXPIRY);
        this.#large.begin(piece);
        this.#scoreDue = true;
        pos = body;
        continue;
      }
      const memberEnd = body + piece.encodedLength;
      const end = memberEnd > limit ? memberEnd : this.#readScore(buf, memberEnd, limit);
      if (end > limit) break;
      this.#left--;
      piece.decode(buf, body);
      events.scored(piece.buf, piece.from, piece.to, scoreText(this.#score));
      pos = end;
    }
    return pos;
  }

  /** Sets #score. @returns the position after it, beyond `limit` if the bytes end first */
  #readScore(buf: Buffer, pos: number, limit: number): number {
    if (this.#binary) {
      if (pos + 8 <= limit) this.#score = notNan(buf.readDoubleLE(pos));
      return pos + 8;
    }
    if (pos >= limit) return pos + 1;
    const first = buf[pos]!;
    if (first >= TEXT_SCORE.NAN) {
      if (first === TEXT_SCORE.NAN) throw broken('a score is not a number');
      this.#score = first === TEXT_SCORE.POSITIVE_INFINITY ? Infinity : -Infinity;
      return pos + 1;
    }
    const end = pos + 1 + first;
    if (end <= limit) this.#score = numberOfText(buf.toString('latin1', pos + 1, end));
    return end;
  }
}
