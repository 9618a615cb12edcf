import { Blob } from './blob.ts';
import type { RdbEvents } from './events.ts';
import { broken, unsupported } from './fault.ts';
import { Length } from './length.ts';
import { ModuleScan } from './module-value.ts';
import { OPCODE } from './opcodes.ts';

const MAX_DATABASE = 0x7fffffff;

/** Reads what follows an opcode that stands for itself, in portions if need be. */
export class OpcodeReader {
  done = true;
  /** The database that the last SELECTDB named. */
  db = 0;
  readonly #events: RdbEvents;
  #opcode = 0;
  /** Numbers or strings read so far. */
  #read = 0;
  #firstNumber = 0;
  #numbersLeft = 0;
  #firstText = '';
  readonly #number = new Length();
  readonly #blob = new Blob();
  readonly #module = new ModuleScan();

  constructor(events: RdbEvents) {
    this.#events = events;
  }

  /** @throws RDB_UNSUPPORTED or RDB_BROKEN for an opcode that is not one of them */
  begin(opcode: number, valkey: boolean): void {
    if (opcode === OPCODE.SLOT_IMPORT && !valkey) throw broken(`unknown opcode ${opcode}`);
    if (opcode === OPCODE.FUNCTION_PRE_GA) {
      throw unsupported('functions in the form of the Redis 7.0 release candidates');
    }
    this.done = false;
    this.#opcode = opcode;
    this.#read = 0;
    this.#blob.begin('an auxiliary field');
    this.#module.begin();
  }

  /** Forgets an opcode in progress and goes back to a database. */
  abandon(db: number): void {
    this.done = true;
    this.db = db;
  }

  run(buf: Buffer, from: number, limit: number): number {
    switch (this.#opcode) {
      case OPCODE.SELECT_DB:
        return this.#numbers(buf, from, limit, 1);
      case OPCODE.RESIZE_DB:
        return this.#numbers(buf, from, limit, 2);
      case OPCODE.SLOT_INFO:
        return this.#numbers(buf, from, limit, 3);
      case OPCODE.AUX:
        return this.#strings(buf, from, limit, 2);
      case OPCODE.FUNCTION_2:
        return this.#strings(buf, from, limit, 1);
      case OPCODE.SLOT_IMPORT:
        return this.#slotImport(buf, from, limit);
      case OPCODE.MODULE_AUX: {
        const pos = this.#module.run(buf, from, limit);
        this.done = this.#module.done;
        if (this.done) this.#events.moduleAux(this.#module.name);
        return pos;
      }
      default:
        throw broken(`unknown opcode ${this.#opcode}`);
    }
  }

  #numbers(buf: Buffer, from: number, limit: number, count: number): number {
    let pos = from;
    while (this.#read < count) {
      const end = this.#number.read(buf, pos, limit);
      if (end > limit) return pos;
      pos = end;
      if (++this.#read === 1) this.#firstNumber = this.#number.value;
    }
    this.done = true;
    if (this.#opcode === OPCODE.SELECT_DB) {
      if (this.#firstNumber > MAX_DATABASE) throw broken(`a database number of ${this.#firstNumber}`);
      this.db = this.#firstNumber;
      this.#events.selectDb(this.db);
    } else if (this.#opcode === OPCODE.RESIZE_DB) {
      this.#events.resizeDb(this.#firstNumber, this.#number.value);
    }
    return pos;
  }

  /** The name of a job, and ranges of slots by their first and last. Source: Valkey cluster_migrateslots.c. */
  #slotImport(buf: Buffer, from: number, limit: number): number {
    const blob = this.#blob;
    let pos = from;
    if (this.#read === 0) {
      pos = blob.advance(buf, pos, limit);
      if (!blob.ready) return pos;
      blob.release();
      this.#read = 1;
      this.#numbersLeft = 1;
    }
    while (this.#numbersLeft > 0) {
      const end = this.#number.read(buf, pos, limit);
      if (end > limit) return pos;
      pos = end;
      this.#numbersLeft -= 1;
      if (++this.#read === 2) this.#numbersLeft = 2 * this.#number.value;
    }
    this.done = true;
    return pos;
  }

  #strings(buf: Buffer, from: number, limit: number, count: number): number {
    const blob = this.#blob;
    let pos = from;
    while (this.#read < count) {
      pos = blob.advance(buf, pos, limit);
      if (!blob.ready) return pos;
      if (++this.#read < count) {
        this.#firstText = blob.buf.toString('utf8', blob.from, blob.to);
        blob.begin('an auxiliary field');
      }
    }
    this.done = true;
    if (this.#opcode === OPCODE.AUX) {
      this.#events.aux(this.#firstText, blob.buf.toString('utf8', blob.from, blob.to));
    } else {
      this.#events.functionLibrary(Buffer.from(blob.buf.subarray(blob.from, blob.to)));
    }
    blob.release();
    return pos;
  }
}
