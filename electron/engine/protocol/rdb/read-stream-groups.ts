import type { Owner } from './fault.ts';
import { Blob } from './blob.ts';
import type { ElementEvents } from './events.ts';
import { Length } from './length.ts';
import { i64le } from './little-endian.ts';
import { PendingList } from './pending-list.ts';
import { StreamId } from './stream-id.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';

const STEP = {
  GROUP_COUNT: 0,
  GROUP_NAME: 1,
  GROUP: 2,
  PENDING: 3,
  CONSUMER_COUNT: 4,
  CONSUMER_NAME: 5,
  CONSUMER: 6,
  OWNED: 7,
} as const;

const ID_BYTES = 16;
const TIME_BYTES = 8;
const NO_BYTES = Buffer.alloc(0);

/** The consumer groups of a stream. For each: its numbers, all its pending entries, then its consumers with theirs. */
export class StreamGroupsReader implements BodyReader {
  done = false;
  #step: number = STEP.GROUP_COUNT;
  #type: RdbType = RDB_TYPE.STREAM_LISTPACKS;
  #owner: Owner = '';
  #events!: ElementEvents;
  #groupsLeft = 0;
  #pendingLeft = 0;
  #consumersLeft = 0;
  #ownedLeft = 0;
  #group = NO_BYTES;
  #consumer = NO_BYTES;
  readonly #number = new Length();
  readonly #id = new StreamId();
  readonly #name = new Blob();
  readonly #pending = new PendingList();

  begin(type: RdbType, owner: Owner, events: ElementEvents): void {
    this.#type = type;
    this.#owner = owner;
    this.#events = events;
    this.#step = STEP.GROUP_COUNT;
    this.#pending.clear();
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
      case STEP.GROUP_NAME:
      case STEP.CONSUMER_NAME:
        return this.#readName(buf, pos, limit);
      case STEP.GROUP:
        return this.#readGroup(buf, pos, limit);
      case STEP.PENDING:
        return this.#readPending(buf, pos, limit);
      case STEP.CONSUMER:
        return this.#readConsumer(buf, pos, limit);
      case STEP.OWNED:
        return this.#readOwned(buf, pos, limit);
      default: {
        const end = this.#number.read(buf, pos, limit);
        if (end > limit) return -1 - pos;
        if (this.#step === STEP.GROUP_COUNT) {
          this.#groupsLeft = this.#number.value;
          this.#nextGroup();
        } else {
          this.#consumersLeft = this.#number.value;
          this.#nextConsumer();
        }
        return end;
      }
    }
  }

  #nextGroup(): void {
    this.done = this.#groupsLeft === 0;
    this.#groupsLeft--;
    this.#name.begin(this.#owner);
    this.#pending.clear();
    this.#step = STEP.GROUP_NAME;
  }

  #nextConsumer(): void {
    if (this.#consumersLeft === 0) {
      this.#nextGroup();
      return;
    }
    this.#consumersLeft--;
    this.#name.begin(this.#owner);
    this.#step = STEP.CONSUMER_NAME;
  }

  #readName(buf: Buffer, pos: number, limit: number): number {
    const name = this.#name;
    const end = name.advance(buf, pos, limit);
    if (!name.ready) return -1 - end;
    const copy = Buffer.from(name.buf.subarray(name.from, name.to));
    name.release();
    if (this.#step === STEP.GROUP_NAME) {
      this.#group = copy;
      this.#step = STEP.GROUP;
    } else {
      this.#consumer = copy;
      this.#step = STEP.CONSUMER;
    }
    return end;
  }

  #readGroup(buf: Buffer, from: number, limit: number): number {
    const number = this.#number;
    let pos = number.readAny(buf, from, limit);
    this.#id.setMs(number);
    if (pos <= limit) pos = number.readAny(buf, pos, limit);
    this.#id.setSequence(number);
    let entriesRead = -1;
    if (this.#type !== RDB_TYPE.STREAM_LISTPACKS) {
      if (pos <= limit) pos = number.readAny(buf, pos, limit);
      // Saved as unsigned; -1 says that the server does not know.
      entriesRead = number.high >= 0x80000000 ? -1 : Math.min(number.value, Number.MAX_SAFE_INTEGER);
    }
    if (pos <= limit) pos = number.read(buf, pos, limit);
    if (pos > limit) return -1 - from;
    this.#pendingLeft = number.value;
    this.#events.streamGroup(this.#group, this.#id.text(), entriesRead);
    this.#step = STEP.PENDING;
    return pos;
  }

  #readPending(buf: Buffer, from: number, limit: number): number {
    let pos = from;
    while (this.#pendingLeft > 0) {
      const end = this.#number.read(buf, pos + ID_BYTES + TIME_BYTES, limit);
      if (end > limit) return -1 - pos;
      this.#pending.add(buf, pos, i64le(buf, pos + ID_BYTES), this.#number.value, this.#owner);
      this.#pendingLeft--;
      pos = end;
    }
    this.#step = STEP.CONSUMER_COUNT;
    return pos;
  }

  #readConsumer(buf: Buffer, pos: number, limit: number): number {
    const third = this.#type === RDB_TYPE.STREAM_LISTPACKS_3;
    const end = this.#number.read(buf, pos + (third ? 2 : 1) * TIME_BYTES, limit);
    if (end > limit) return -1 - pos;
    this.#ownedLeft = this.#number.value;
    const seenTimeMs = i64le(buf, pos);
    this.#events.streamConsumer(
      this.#group,
      this.#consumer,
      seenTimeMs,
      third ? i64le(buf, pos + TIME_BYTES) : seenTimeMs,
    );
    this.#step = STEP.OWNED;
    return end;
  }

  #readOwned(buf: Buffer, from: number, limit: number): number {
    const pending = this.#pending;
    let pos = from;
    while (this.#ownedLeft > 0) {
      if (pos + ID_BYTES > limit) return -1 - pos;
      const index = pending.find(buf, pos);
      this.#id.setBytes(buf, pos);
      this.#events.streamPending(
        this.#group,
        this.#consumer,
        this.#id.text(),
        pending.deliveryTimeMs(index),
        pending.deliveries(index),
      );
      this.#ownedLeft--;
      pos += ID_BYTES;
    }
    this.#nextConsumer();
    return pos;
  }
}
