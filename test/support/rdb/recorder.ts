import { ELEMENT_BOUND, UNIT_BOUND } from '../../../electron/engine/protocol/rdb/bounds.ts';
import type { ElementEvents, RdbEvents } from '../../../electron/engine/protocol/rdb/events.ts';
import { expandValue } from '../../../electron/engine/protocol/rdb/expand.ts';
import { RDB_TYPE, type RdbType } from '../../../electron/engine/protocol/rdb/types.ts';
import { ValueRecorder, type RecordedValue } from './value-recorder.ts';

/** One key as the decoder told it; bytes as latin1 text. */
export interface RecordedKey {
  readonly db: number;
  readonly type: RdbType;
  readonly key: string;
  readonly expireAtMs: number;
  /** The body, when the key came whole. */
  readonly body: string | undefined;
  /** The elements; of a key that came whole, what expandValue makes of it (undefined for modules). */
  readonly value: RecordedValue | undefined;
}

/** Records all that a decoder tells, and checks the bounds it promises. */
export class RdbRecorder implements RdbEvents {
  readonly keys: RecordedKey[] = [];
  readonly auxFields = new Map<string, string>();
  readonly libraries: string[] = [];
  readonly moduleAuxNames: string[] = [];
  readonly sizes: { db: number; keys: number; expires: number }[] = [];
  ended = false;
  #db = 0;

  aux(name: string, value: string): void {
    this.auxFields.set(name, value);
  }

  selectDb(db: number): void {
    this.#db = db;
  }

  resizeDb(keys: number, expires: number): void {
    this.sizes.push({ db: this.#db, keys, expires });
  }

  functionLibrary(code: Buffer): void {
    this.libraries.push(code.toString());
  }

  moduleAux(moduleName: string): void {
    this.moduleAuxNames.push(moduleName);
  }

  value(
    type: RdbType,
    keyBuf: Buffer,
    keyFrom: number,
    keyTo: number,
    buf: Buffer,
    bodyFrom: number,
    bodyTo: number,
    expireAtMs: number,
  ): void {
    const isModule = type === RDB_TYPE.MODULE_2;
    if (bodyTo - bodyFrom > UNIT_BOUND && !isModule) throw new Error('a whole value exceeds UNIT_BOUND');
    const key = keyBuf.toString('latin1', keyFrom, keyTo);
    const body = Buffer.from(buf.subarray(bodyFrom, bodyTo));
    let value: RecordedValue | undefined;
    if (!isModule) {
      const recorder = new ValueRecorder(ELEMENT_BOUND);
      expandValue(type, key, body, 0, body.length, recorder);
      value = recorder.value();
    }
    this.keys.push({ db: this.#db, type, key, expireAtMs, body: body.toString('latin1'), value });
  }

  largeValue(type: RdbType, key: Buffer, expireAtMs: number): ElementEvents {
    const recorder = new ValueRecorder(ELEMENT_BOUND);
    const db = this.#db;
    const name = key.toString('latin1');
    recorder.onEnd = (): void => {
      this.keys.push({ db, type, key: name, expireAtMs, body: undefined, value: recorder.value() });
    };
    return recorder;
  }

  end(): void {
    this.ended = true;
  }

  /** The only key of that name; throws when there is none or more than one. */
  key(name: string): RecordedKey {
    const found = this.keys.filter((record) => record.key === name);
    if (found.length !== 1) throw new Error(`${found.length} keys named ${name}`);
    return found[0]!;
  }
}
