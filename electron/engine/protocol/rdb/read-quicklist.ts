import { Blob } from './blob.ts';
import { ELEMENT_BOUND } from './bounds.ts';
import { emitElement } from './emit.ts';
import { NO_EXPIRY, type ElementEvents } from './events.ts';
import { broken, type Owner } from './fault.ts';
import { LargeString } from './large-string.ts';
import { Length } from './length.ts';
import { ListpackCursor } from './listpack.ts';
import { Piece } from './piece.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';
import { ZiplistCursor } from './ziplist.ts';

const CONTAINER = { PLAIN: 1, PACKED: 2 } as const;
const STEP = { COUNT: 0, CONTAINER: 1, PACKED: 2, PLAIN: 3, LARGE: 4 } as const;

/** Types 14 (nodes are ziplists) and 18 (a node is a listpack, or one plain element). */
export class QuicklistReader implements BodyReader {
  done = false;
  #step: number = STEP.COUNT;
  #nodesLeft = 0;
  #second = true;
  #owner: Owner = '';
  #events!: ElementEvents;
  readonly #number = new Length();
  readonly #blob = new Blob();
  readonly #item = new Piece();
  readonly #large = new LargeString();
  readonly #ziplist = new ZiplistCursor();
  readonly #listpack = new ListpackCursor();

  begin(type: RdbType, owner: Owner, events: ElementEvents): void {
    this.#second = type === RDB_TYPE.LIST_QUICKLIST_2;
    this.#owner = owner;
    this.#events = events;
    this.#step = STEP.COUNT;
    this.#blob.begin(owner);
    this.#large.abandon();
    this.done = false;
  }

  run(buf: Buffer, from: number, limit: number): number {
    let pos = from;
    for (;;) {
      const end = this.#advance(buf, pos, limit);
      if (end < 0 || this.done) return end < 0 ? -end - 1 : end;
      pos = end;
    }
  }

  /** One step. @returns the position after it; -1 - position when the bytes end before the step is complete */
  #advance(buf: Buffer, pos: number, limit: number): number {
    switch (this.#step) {
      case STEP.COUNT: {
        const end = this.#number.read(buf, pos, limit);
        if (end > limit) return -1 - pos;
        this.#nodesLeft = this.#number.value;
        this.#nextNode();
        return end;
      }
      case STEP.CONTAINER: {
        const end = this.#number.read(buf, pos, limit);
        if (end > limit) return -1 - pos;
        const container = this.#number.value;
        if (container !== CONTAINER.PLAIN && container !== CONTAINER.PACKED)
          throw broken('a list node of an unknown kind');
        this.#step = container === CONTAINER.PLAIN ? STEP.PLAIN : STEP.PACKED;
        return end;
      }
      case STEP.PACKED: {
        const end = this.#blob.advance(buf, pos, limit);
        if (!this.#blob.ready) return -1 - end;
        this.#tellPacked();
        this.#nodesLeft--;
        this.#nextNode();
        return end;
      }
      case STEP.PLAIN:
        return this.#plain(buf, pos, limit);
      default: {
        const end = this.#large.run(this.#item, buf, pos, limit, this.#events);
        if (this.#large.active) return -1 - end;
        this.#nodesLeft--;
        this.#nextNode();
        return end;
      }
    }
  }

  #nextNode(): void {
    this.done = this.#nodesLeft === 0;
    this.#step = this.#second ? STEP.CONTAINER : STEP.PACKED;
    if (!this.done) this.#blob.begin(this.#owner);
  }

  #tellPacked(): void {
    const cursor = this.#second ? this.#listpack : this.#ziplist;
    cursor.open(this.#blob.buf, this.#blob.from, this.#blob.to);
    while (cursor.next(this.#item)) emitElement(this.#events, this.#item);
    this.#blob.release();
  }

  #plain(buf: Buffer, pos: number, limit: number): number {
    const item = this.#item;
    const body = item.header(buf, pos, limit);
    if (body > limit) return -1 - pos;
    if (item.length > ELEMENT_BOUND) {
      this.#events.largeElement('element', item.length, NO_EXPIRY);
      this.#large.begin(item);
      this.#step = STEP.LARGE;
      return body;
    }
    const end = body + item.encodedLength;
    if (end > limit) return -1 - pos;
    item.decode(buf, body);
    this.#events.element(item.buf, item.from, item.to);
    this.#nodesLeft--;
    this.#nextNode();
    return end;
  }
}
