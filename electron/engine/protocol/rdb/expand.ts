import type { ElementEvents } from './events.ts';
import { broken, namingOwner, type Owner } from './fault.ts';
import type { RdbType } from './types.ts';
import { ValueReader } from './value-reader.ts';

const reader = new ValueReader();

/**
 * Walks the whole body in buf[bodyFrom, bodyTo) and tells its elements, then `end`. Elements of up to ELEMENT_BOUND bytes
 * come at once, larger ones in parts; all that is told holds only during the call. Not re-entrant.
 * @throws RDB_BROKEN when the body does not fit its type; RDB_UNSUPPORTED for values of modules
 */
export function expandValue(
  type: RdbType,
  keyForErrors: Owner,
  buf: Buffer,
  bodyFrom: number,
  bodyTo: number,
  events: ElementEvents,
): void {
  try {
    reader.begin(type, keyForErrors, events);
    const end = reader.run(buf, bodyFrom, bodyTo);
    if (!reader.done || end !== bodyTo) throw broken('the value does not fit its type');
  } catch (error) {
    throw namingOwner(error, keyForErrors);
  }
  events.end();
}
