import type { ElementEvents, RdbEvents } from '../../protocol/rdb/events.ts';
import { IGNORED_ELEMENTS } from '../../protocol/rdb/ignored-elements.ts';
import type { RdbType } from '../../protocol/rdb/types.ts';
import { KeyChoice, type KeyChoiceOptions } from './key-choice.ts';

/** Takes the name of a key that the copy carries: buf[from, to) in database `db`, for the length of the call. */
export type NoteName = (db: number, buf: Buffer, from: number, to: number) => void;

/** Tells the names of a snapshot's keys that a copy of it will carry, and nothing else. */
export class NameCollector implements RdbEvents {
  private readonly choice: KeyChoice;
  private readonly note: NoteName;

  constructor(options: KeyChoiceOptions, note: NoteName) {
    this.choice = new KeyChoice(options);
    this.note = note;
  }

  aux(name: string, value: string): void {
    if (name === 'ctime') this.choice.takenAtMs = Number(value) * 1000;
  }

  selectDb(db: number): void {
    this.choice.selectDb(db);
  }

  value(
    _type: RdbType,
    keyBuf: Buffer,
    keyFrom: number,
    keyTo: number,
    _buf: Buffer,
    _from: number,
    _to: number,
    expireAtMs: number,
  ): void {
    if (this.choice.choose(keyBuf, keyFrom, keyTo, expireAtMs) === 'taken')
      this.note(this.choice.db, keyBuf, keyFrom, keyTo);
  }

  largeValue(_type: RdbType, key: Buffer, expireAtMs: number): ElementEvents {
    if (this.choice.choose(key, 0, key.length, expireAtMs) === 'taken')
      this.note(this.choice.db, key, 0, key.length);
    return IGNORED_ELEMENTS;
  }

  resizeDb(): void {
    // A hint for estimates.
  }

  functionLibrary(): void {
    // Not a key.
  }

  moduleAux(): void {
    // Not a key.
  }

  end(): void {
    // The decoder itself says that it has finished.
  }
}
