import { randomUUID } from 'node:crypto';
import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { NO_EXPIRY, type ElementEvents, type StreamState } from '../../protocol/rdb/events.ts';
import type { RdbType, ValueKind } from '../../protocol/rdb/types.ts';
import { kindOf } from '../../protocol/rdb/value-kind.ts';
import type { CommandOutput } from '../../protocol/resp/command-output.ts';
import { printableKey } from '../../protocol/resp/describe-command.ts';
import { command } from '../../protocol/resp/encode.ts';
import { BULK_OVERHEAD_BYTES, writeHead } from '../../protocol/resp/write.ts';
import type { TargetAbilities } from '../../control/target-abilities.ts';
import { ChunkedCommand } from './chunked-command.ts';
import { targetFieldExpiryMs, type Lateness } from '../../expiry/late-expiry.ts';
import { StreamWriter } from './stream-writer.ts';

/**
 * A field that does not expire, while a hash is built: one whose last field has expired would be gone before it is put in place.
 * No field of a source is called so.
 */
const ANCHOR_FIELD = `lockstep:anchor:${randomUUID()}`;
const CRLF = Buffer.from('\r\n');
const DOLLAR = 36;

/** Counts of commands and bytes, that the copy may wait between two pieces of a value. */
export interface ElementWriterOptions {
  readonly output: CommandOutput;
  readonly abilities: TargetAbilities;
  readonly lateness: Lateness;
  /** See CopyApplierOptions. */
  readonly buildKey: BuildKey | undefined;
}

/** A name, or one for each key: on a cluster it has to lie in the key's slot. */
export type BuildKey = string | ((key: Buffer) => string);

/**
 * Writes one value at a time element by element, in commands of bounded size: for values that are large, and for
 * encodings that the target is too old for. A collection is built under a name of our own and takes its key's place when it is
 * whole: what stood there can be read until then, nothing is appended to it, and a copy that breaks leaves no half of a key.
 */
export class ElementWriter implements ElementEvents {
  private readonly options: ElementWriterOptions;
  private readonly chunk: ChunkedCommand;
  private readonly streams: StreamWriter;
  private readonly buildKey: (key: Buffer) => Buffer;
  private key: Buffer = Buffer.alloc(0);
  /** The name that the commands are given. */
  private name: Buffer = Buffer.alloc(0);
  private kind: ValueKind = 'string';
  private expireAtMs = NO_EXPIRY;
  private anchored = false;
  /** Bytes still to come of a string or element that is passed through in parts. */
  private passing = 0;
  private fieldExpiryMs = NO_EXPIRY;
  private fieldName: Buffer | undefined;
  private collecting: Buffer[] | undefined;

  constructor(options: ElementWriterOptions) {
    this.options = options;
    this.chunk = new ChunkedCommand(options.output);
    this.streams = new StreamWriter(options.output, options.abilities);
    this.buildKey = buildKeyOf(options.buildKey);
  }

  /** Starts a value; expireAtMs is what the target is to be told. */
  start(type: RdbType, key: Buffer, expireAtMs: number): this {
    this.key = key;
    this.kind = kindOf(type)!;
    this.expireAtMs = expireAtMs;
    this.anchored = false;
    this.passing = 0;
    this.fieldName = undefined;
    if (this.kind === 'module') {
      throw new LockstepError(
        'VALUE_UNSUPPORTED',
        `key ${printableKey(key, 0, key.length)}: a module value cannot be taken apart`,
      );
    }
    // A string is one command, however large: it takes the place of the one before in one step.
    this.name = this.kind === 'string' ? key : this.buildKey(key);
    if (this.kind !== 'string') this.send(this.removal, this.name);
    const { name } = this;
    switch (this.kind) {
      case 'list':
        this.chunk.begin(['RPUSH', name]);
        break;
      case 'set':
        this.chunk.begin(['SADD', name]);
        break;
      case 'zset':
        this.chunk.begin(['ZADD', name]);
        break;
      case 'hash':
        this.chunk.begin(['HMSET', name]);
        break;
      case 'stream':
        this.streams.start(name);
        break;
      case 'string':
        this.chunk.begin(['SET', name]);
    }
    return this;
  }

  string(length: number): void {
    this.chunk.beginSingle(1);
    this.passHead(length);
  }

  part(buf: Buffer, from: number, to: number): void {
    if (this.collecting) {
      this.collecting.push(Buffer.from(buf.subarray(from, to)));
      this.passing -= to - from;
      if (this.passing === 0) this.collected();
      return;
    }
    this.options.output.copy(buf, from, to);
    this.passing -= to - from;
    if (this.passing === 0) this.options.output.copy(CRLF, 0, 2);
  }

  element(buf: Buffer, from: number, to: number): void {
    if (!this.chunk.fits(to - from)) {
      this.chunk.beginSingle(1);
      this.passWhole(buf, from, to);
      return;
    }
    this.chunk.room(1, to - from);
    this.chunk.add(buf, from, to);
  }

  scored(buf: Buffer, from: number, to: number, score: string): void {
    const text = Buffer.from(score, 'latin1');
    if (!this.chunk.fits(to - from)) {
      this.chunk.beginSingle(2);
      this.passWhole(text, 0, text.length);
      this.passWhole(buf, from, to);
      return;
    }
    this.chunk.room(2, to - from + text.length);
    this.chunk.add(text, 0, text.length);
    this.chunk.add(buf, from, to);
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
    const bytes = fieldTo - fieldFrom + (valueTo - valueFrom);
    if (this.chunk.fits(bytes)) {
      this.chunk.room(2, bytes);
      this.chunk.add(fieldBuf, fieldFrom, fieldTo);
      this.chunk.add(valueBuf, valueFrom, valueTo);
    } else {
      this.chunk.beginSingle(2);
      this.passWhole(fieldBuf, fieldFrom, fieldTo);
      this.passWhole(valueBuf, valueFrom, valueTo);
    }
    if (expireAtMs !== NO_EXPIRY) this.expireField(fieldBuf.subarray(fieldFrom, fieldTo), expireAtMs);
  }

  largeElement(
    role: 'element' | 'field-name' | 'field-value' | 'member',
    length: number,
    expireAtMs: number,
  ): void {
    switch (role) {
      case 'element':
        this.chunk.beginSingle(1);
        this.passHead(length);
        return;
      case 'field-name':
        // The name goes out with the value, and again with its expiry, so it is kept.
        this.collect(length);
        return;
      case 'field-value': {
        const name = this.fieldName!;
        this.chunk.beginSingle(2);
        this.passWhole(name, 0, name.length);
        this.passHead(length);
        this.fieldExpiryMs = expireAtMs;
        return;
      }
      case 'member':
        // ZADD wants the score first, and the RDB tells it last.
        this.collect(length);
    }
  }

  score(text: string): void {
    const member = this.fieldName!;
    this.scored(member, 0, member.length, text);
    this.fieldName = undefined;
  }

  fieldExpiry(expireAtMs: number): void {
    this.fieldExpiryMs = expireAtMs;
  }

  streamEntry(id: string, fieldsAndValues: readonly Buffer[]): void {
    this.streams.entry(id, fieldsAndValues);
  }

  streamState(state: StreamState): void {
    this.streams.state(state);
  }

  streamGroup(name: Buffer, lastDeliveredId: string, entriesRead: number): void {
    this.streams.group(name, lastDeliveredId, entriesRead);
  }

  streamConsumer(group: Buffer, name: Buffer): void {
    this.streams.consumer(group, name);
  }

  streamPending(
    group: Buffer,
    consumer: Buffer,
    id: string,
    deliveryTimeMs: number,
    deliveries: number,
  ): void {
    this.streams.pending(group, consumer, id, deliveryTimeMs, deliveries);
  }

  end(): void {
    this.chunk.flush();
    this.finishField();
    if (this.name === this.key) {
      if (this.expireAtMs !== NO_EXPIRY) this.send('PEXPIREAT', this.key, String(this.expireAtMs));
    } else {
      this.putInPlace();
    }
  }

  /** In one step for whoever reads. RENAME alone would free a large value before it answers, so UNLINK does that first. */
  private putInPlace(): void {
    const { key } = this;
    this.send('MULTI');
    if (this.options.abilities.lazyFree) this.send('UNLINK', key);
    this.send('RENAME', this.name, key);
    if (this.anchored) this.send('HDEL', key, ANCHOR_FIELD);
    if (this.expireAtMs !== NO_EXPIRY) this.send('PEXPIREAT', key, String(this.expireAtMs));
    this.send('EXEC');
  }

  private get removal(): string {
    return this.options.abilities.lazyFree ? 'UNLINK' : 'DEL';
  }

  private collect(length: number): void {
    this.finishField();
    this.collecting = [];
    this.passing = length;
    if (length === 0) this.collected();
  }

  private collected(): void {
    this.fieldName = Buffer.concat(this.collecting ?? []);
    this.collecting = undefined;
  }

  /** After a large field's value has gone out, its expiry follows. */
  private finishField(): void {
    if (this.fieldExpiryMs !== NO_EXPIRY && this.fieldName)
      this.expireField(this.fieldName, this.fieldExpiryMs);
    this.fieldExpiryMs = NO_EXPIRY;
    this.fieldName = undefined;
  }

  private expireField(field: Buffer, expireAtMs: number): void {
    this.chunk.flush();
    if (!this.options.abilities.fieldExpiry) {
      throw new LockstepError(
        'VALUE_UNSUPPORTED',
        `hash ${printableKey(this.key, 0, this.key.length)}: the target knows no expiry of fields`,
      );
    }
    if (!this.anchored && this.name !== this.key) this.send('HSET', this.name, ANCHOR_FIELD, '');
    this.anchored = this.name !== this.key;
    this.send(
      'HPEXPIREAT',
      this.name,
      String(targetFieldExpiryMs(expireAtMs, this.options.lateness)),
      'FIELDS',
      '1',
      field,
    );
  }

  private passHead(length: number): void {
    const { output } = this.options;
    output.reserve(BULK_OVERHEAD_BYTES);
    output.at = writeHead(output.buf, output.at, DOLLAR, length);
    this.passing = length;
    if (length === 0) output.copy(CRLF, 0, 2);
  }

  private passWhole(buf: Buffer, from: number, to: number): void {
    this.passHead(to - from);
    if (to > from) this.part(buf, from, to);
  }

  private send(...words: readonly (string | Buffer)[]): void {
    const bytes = command(...words);
    this.options.output.reserve(bytes.length);
    this.options.output.begin();
    this.options.output.copy(bytes, 0, bytes.length);
  }
}

function buildKeyOf(given: BuildKey | undefined): (key: Buffer) => Buffer {
  if (given === undefined) return (key) => key;
  if (typeof given === 'function') return (key) => Buffer.from(given(key));
  const name = Buffer.from(given);
  return () => name;
}
