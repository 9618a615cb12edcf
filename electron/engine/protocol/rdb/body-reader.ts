import type { Owner } from './fault.ts';
import type { ElementEvents } from './events.ts';
import type { RdbType } from './types.ts';

/** Reads bodies of some types. One object reads one body after the other. */
export interface BodyReader {
  /** All elements have been told; the event `end` is the caller's to send. */
  readonly done: boolean;
  /** Begins a body; `owner` is the key, for errors. */
  begin(type: RdbType, owner: Owner, events: ElementEvents): void;
  /**
   * Tells the elements that are whole in buf[from, limit).
   * @returns the position after what was taken; given at least UNIT_BOUND bytes it is beyond `from`
   */
  run(buf: Buffer, from: number, limit: number): number;
}
