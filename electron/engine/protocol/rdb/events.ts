/**
 * What the RDB decoder tells. Positions refer to the buffer passed beside them and hold only during the call:
 * whoever needs the bytes later copies them.
 */
import type { RdbType } from './types.ts';

/** No expiry. Any other expiry is a Unix time in milliseconds. */
export const NO_EXPIRY = -1;

export interface RdbEvents {
  aux(name: string, value: string): void;
  selectDb(db: number): void;
  /** RESIZEDB: how many keys follow in this database, and how many of them expire. A hint, for estimates. */
  resizeDb(keys: number, expires: number): void;
  /** The source of one function library (FUNCTION2). */
  functionLibrary(code: Buffer): void;
  /** Auxiliary data of a module, outside the keyspace; it cannot be carried by a command. */
  moduleAux(moduleName: string): void;
  /**
   * A whole key and value of at most UNIT_BOUND bytes; a value of a module, which cannot be taken apart, comes whole up
   * to BLOB_BOUND bytes, and others as far as `wholeUpTo` asks for it. The body lies in buf[bodyFrom, bodyTo) just as RESTORE wants it,
   * without the type byte; the key lies in keyBuf[keyFrom, keyTo), decoded (keyBuf may be another buffer).
   */
  value(
    type: RdbType,
    keyBuf: Buffer,
    keyFrom: number,
    keyTo: number,
    buf: Buffer,
    bodyFrom: number,
    bodyTo: number,
    expireAtMs: number,
  ): void;
  /** Up to how many bytes a value of this type, larger than UNIT_BOUND, is wanted whole; by default none is. */
  wholeUpTo?(type: RdbType): number;
  /** A value larger than UNIT_BOUND begins; its elements follow through the events it returns, then `end`. */
  largeValue(type: RdbType, key: Buffer, expireAtMs: number): ElementEvents;
  /** The EOF opcode was read and the checksum holds. */
  end(): void;
}

/** The elements of one value, in the order of the RDB. Which methods are called depends on the kind of value. */
export interface ElementEvents {
  /** A string value of `length` bytes (after decompression); `part` follows until all have come. */
  string(length: number): void;
  part(buf: Buffer, from: number, to: number): void;

  /** One element of a list (in order) or a set. */
  element(buf: Buffer, from: number, to: number): void;
  /** One member of a sorted set; `score` is text that ZADD takes (`inf`, `-inf`, shortest exact decimal). */
  scored(buf: Buffer, from: number, to: number, score: string): void;
  /** One field of a hash. expireAtMs is the field's own expiry, or NO_EXPIRY. */
  field(
    fieldBuf: Buffer,
    fieldFrom: number,
    fieldTo: number,
    valueBuf: Buffer,
    valueFrom: number,
    valueTo: number,
    expireAtMs: number,
  ): void;

  /**
   * An element (a field with its value) of more than ELEMENT_BOUND bytes: its role, its length, then `part` until all have
   * come, none of them longer than ELEMENT_BOUND and none at all if the length is 0.
   * expireAtMs is that of a hash field, unless `fieldExpiry` tells it later.
   * A large hash field sends `field-name` (if large or its value is large) then `field-value`; a large sorted set member
   * sends `member` and then `score(text)`.
   */
  largeElement(
    role: 'element' | 'field-name' | 'field-value' | 'member',
    length: number,
    expireAtMs: number,
  ): void;
  score(text: string): void;
  /** The expiry of the large hash field whose value came last, or NO_EXPIRY, where the snapshot tells it behind the value. */
  fieldExpiry(expireAtMs: number): void;

  streamEntry(id: string, fieldsAndValues: readonly Buffer[]): void;
  streamState(state: StreamState): void;
  streamGroup(name: Buffer, lastDeliveredId: string, entriesRead: number): void;
  streamConsumer(group: Buffer, name: Buffer, seenTimeMs: number, activeTimeMs: number): void;
  /** One pending entry of the consumer named last. */
  streamPending(
    group: Buffer,
    consumer: Buffer,
    id: string,
    deliveryTimeMs: number,
    deliveries: number,
  ): void;

  /** All elements have come. */
  end(): void;
}

export interface StreamState {
  readonly length: number;
  readonly lastId: string;
  /** The three below are since RDB stream type 19; undefined before. */
  readonly firstId: string | undefined;
  readonly maxDeletedId: string | undefined;
  readonly entriesAdded: number | undefined;
}
