import {
  NO_EXPIRY,
  type ElementEvents,
  type StreamState,
} from '../../../electron/engine/protocol/rdb/events.ts';

export interface RecordedGroup {
  readonly name: string;
  readonly lastDeliveredId: string;
  readonly entriesRead: number;
  readonly consumers: RecordedConsumer[];
}

export interface RecordedConsumer {
  readonly name: string;
  readonly seenTimeMs: number;
  readonly activeTimeMs: number;
  readonly pending: { readonly id: string; readonly deliveryTimeMs: number; readonly deliveries: number }[];
}

/** The elements of one value; bytes as latin1 text. */
export interface RecordedValue {
  readonly text: string | undefined;
  readonly elements: readonly string[];
  readonly scored: readonly (readonly [member: string, score: string])[];
  readonly fields: readonly (readonly [name: string, value: string, expireAtMs: number])[];
  readonly entries: readonly { readonly id: string; readonly fieldsAndValues: readonly string[] }[];
  readonly state: StreamState | undefined;
  readonly groups: readonly RecordedGroup[];
  /** How many elements came in parts. */
  readonly largeElements: number;
}

/** Puts the elements of one value together, and checks that they come as the contract says. */
export class ValueRecorder implements ElementEvents {
  onEnd = (): void => {};
  readonly #partBound: number;
  readonly #elements: string[] = [];
  readonly #scored: [string, string][] = [];
  readonly #fields: [string, string, number][] = [];
  readonly #entries: { id: string; fieldsAndValues: string[] }[] = [];
  readonly #groups: RecordedGroup[] = [];
  #text: string | undefined;
  #state: StreamState | undefined;
  #ended = false;
  #largeElements = 0;
  /** Parts of what was announced last, and how many bytes of it are still to come. */
  #parts: string[] = [];
  #left = 0;
  #finish = (_whole: string): void => {};
  #name = '';
  #member: string | undefined;

  constructor(partBound = Infinity) {
    this.#partBound = partBound;
  }

  value(): RecordedValue {
    if (!this.#ended) throw new Error('the value has not ended');
    return {
      text: this.#text,
      elements: this.#elements,
      scored: this.#scored,
      fields: this.#fields,
      entries: this.#entries,
      state: this.#state,
      groups: this.#groups,
      largeElements: this.#largeElements,
    };
  }

  string(length: number): void {
    this.#announce(length, (whole) => (this.#text = whole));
  }

  part(buf: Buffer, from: number, to: number): void {
    if (to - from > this.#left || to - from > this.#partBound) throw new Error('a part is too long');
    this.#parts.push(buf.toString('latin1', from, to));
    this.#left -= to - from;
    if (this.#left === 0) this.#complete();
  }

  element(buf: Buffer, from: number, to: number): void {
    this.#elements.push(this.#whole(buf, from, to));
  }

  scored(buf: Buffer, from: number, to: number, score: string): void {
    this.#scored.push([this.#whole(buf, from, to), score]);
  }

  field(
    fieldBuf: Buffer,
    fieldFrom: number,
    fieldTo: number,
    valueBuf: Buffer,
    valueFrom: number,
    valueTo: number,
    expireAtMs: number,
  ): void {
    const bytes = fieldTo - fieldFrom + valueTo - valueFrom;
    if (bytes > this.#partBound) throw new Error('a field at once that is too long');
    const name = this.#whole(fieldBuf, fieldFrom, fieldTo);
    this.#fields.push([name, this.#whole(valueBuf, valueFrom, valueTo), expireAtMs]);
  }

  largeElement(
    role: 'element' | 'field-name' | 'field-value' | 'member',
    length: number,
    expireAtMs: number,
  ): void {
    this.#largeElements++;
    const finish = {
      element: (whole: string) => this.#elements.push(whole),
      'field-name': (whole: string) => (this.#name = whole),
      'field-value': (whole: string) => this.#fields.push([this.#name, whole, expireAtMs]),
      member: (whole: string) => (this.#member = whole),
    }[role];
    this.#announce(length, finish);
  }

  score(text: string): void {
    if (this.#left > 0 || this.#member === undefined) throw new Error('a score without its member');
    this.#scored.push([this.#member, text]);
    this.#member = undefined;
  }

  fieldExpiry(expireAtMs: number): void {
    const field = this.#fields.at(-1);
    if (this.#left > 0 || field === undefined || field[2] !== NO_EXPIRY)
      throw new Error('an expiry without its field');
    field[2] = expireAtMs;
  }

  streamEntry(id: string, fieldsAndValues: readonly Buffer[]): void {
    this.#entries.push({ id, fieldsAndValues: fieldsAndValues.map((bytes) => bytes.toString('latin1')) });
  }

  streamState(state: StreamState): void {
    this.#state = state;
  }

  streamGroup(name: Buffer, lastDeliveredId: string, entriesRead: number): void {
    this.#groups.push({ name: name.toString('latin1'), lastDeliveredId, entriesRead, consumers: [] });
  }

  streamConsumer(group: Buffer, name: Buffer, seenTimeMs: number, activeTimeMs: number): void {
    const last = this.#groups.at(-1);
    if (last?.name !== group.toString('latin1')) throw new Error('a consumer outside its group');
    last.consumers.push({ name: name.toString('latin1'), seenTimeMs, activeTimeMs, pending: [] });
  }

  streamPending(
    group: Buffer,
    consumer: Buffer,
    id: string,
    deliveryTimeMs: number,
    deliveries: number,
  ): void {
    const last = this.#groups.at(-1)?.consumers.at(-1);
    const same = this.#groups.at(-1)?.name === group.toString('latin1');
    if (!same || last?.name !== consumer.toString('latin1'))
      throw new Error('a pending entry outside its consumer');
    last.pending.push({ id, deliveryTimeMs, deliveries });
  }

  end(): void {
    if (this.#left > 0 || this.#member !== undefined || this.#ended) throw new Error('ended in the middle');
    this.#ended = true;
    this.onEnd();
  }

  #whole(buf: Buffer, from: number, to: number): string {
    if (this.#left > 0) throw new Error('an element in the middle of another');
    if (to - from > this.#partBound) throw new Error('an element at once that is too long');
    return buf.toString('latin1', from, to);
  }

  #announce(length: number, finish: (whole: string) => unknown): void {
    if (this.#left > 0) throw new Error('an element in the middle of another');
    this.#left = length;
    this.#finish = finish;
    if (length === 0) this.#complete();
  }

  #complete(): void {
    const whole = this.#parts.join('');
    this.#parts = [];
    this.#finish(whole);
  }
}
