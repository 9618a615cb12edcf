import { Blob } from './blob.ts';
import type { ElementEvents } from './events.ts';
import { Length } from './length.ts';
import { StreamGroupsReader } from './read-stream-groups.ts';
import { broken, type Owner } from './fault.ts';
import { StreamId } from './stream-id.ts';
import { StreamNode } from './stream-node.ts';
import { RDB_TYPE, type RdbType } from './types.ts';
import type { BodyReader } from './body-reader.ts';

const STEP = { COUNT: 0, KEY: 1, NODE: 2, STATE: 3, GROUPS: 4 } as const;
const KEY_BYTES = 16;

/** Types 15, 19 and 21: nodes of entries, the stream's own numbers, then consumer groups. */
export class StreamReader implements BodyReader {
  done = false;
  #step: number = STEP.COUNT;
  #type: RdbType = RDB_TYPE.STREAM_LISTPACKS;
  #nodesLeft = 0;
  #owner: Owner = '';
  #events!: ElementEvents;
  readonly #number = new Length();
  readonly #key = new StreamId();
  readonly #id = new StreamId();
  readonly #blob = new Blob();
  readonly #node = new StreamNode();
  readonly #groups = new StreamGroupsReader();

  begin(type: RdbType, owner: Owner, events: ElementEvents): void {
    this.#type = type;
    this.#owner = owner;
    this.#events = events;
    this.#step = STEP.COUNT;
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
        this.#step = this.#nodesLeft > 0 ? STEP.KEY : STEP.STATE;
        return end;
      }
      case STEP.KEY: {
        if (pos >= limit) return -1 - pos;
        if (buf[pos] !== KEY_BYTES) throw broken('the key of a stream node is no stream id');
        const end = pos + 1 + KEY_BYTES;
        if (end > limit) return -1 - pos;
        this.#key.setBytes(buf, pos + 1);
        this.#blob.begin(this.#owner);
        this.#step = STEP.NODE;
        return end;
      }
      case STEP.NODE: {
        const blob = this.#blob;
        const end = blob.advance(buf, pos, limit);
        if (!blob.ready) return -1 - end;
        this.#node.tell(this.#key, blob.buf, blob.from, blob.to, this.#events);
        blob.release();
        this.#nodesLeft--;
        this.#step = this.#nodesLeft > 0 ? STEP.KEY : STEP.STATE;
        return end;
      }
      case STEP.STATE: {
        const end = this.#readState(buf, pos, limit);
        if (end > limit) return -1 - pos;
        this.#groups.begin(this.#type, this.#owner, this.#events);
        this.#step = STEP.GROUPS;
        return end;
      }
      default: {
        const end = this.#groups.run(buf, pos, limit);
        this.done = this.#groups.done;
        return this.done ? end : -1 - end;
      }
    }
  }

  /** @returns the position after the numbers, having told them; beyond `limit` if the bytes end first */
  #readState(buf: Buffer, from: number, limit: number): number {
    const number = this.#number;
    let pos = number.read(buf, from, limit);
    const length = number.value;
    pos = this.#readId(buf, pos, limit);
    const lastId = this.#id.text();
    if (this.#type === RDB_TYPE.STREAM_LISTPACKS) {
      if (pos > limit) return pos;
      this.#events.streamState({
        length,
        lastId,
        firstId: undefined,
        maxDeletedId: undefined,
        entriesAdded: undefined,
      });
      return pos;
    }
    pos = this.#readId(buf, pos, limit);
    const firstId = this.#id.text();
    pos = this.#readId(buf, pos, limit);
    const maxDeletedId = this.#id.text();
    pos = number.readAny(buf, pos, limit);
    if (pos > limit) return pos;
    const entriesAdded = Math.min(number.value, Number.MAX_SAFE_INTEGER);
    this.#events.streamState({ length, lastId, firstId, maxDeletedId, entriesAdded });
    return pos;
  }

  #readId(buf: Buffer, from: number, limit: number): number {
    let pos = this.#number.readAny(buf, from, limit);
    this.#id.setMs(this.#number);
    if (pos <= limit) pos = this.#number.readAny(buf, pos, limit);
    this.#id.setSequence(this.#number);
    return pos;
  }
}
