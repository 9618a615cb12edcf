import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import type { Arena } from '../../arena/arena.ts';
import { RdbDecoder } from '../../protocol/rdb/decoder.ts';
import type { ElementEvents } from '../../protocol/rdb/events.ts';
import { FOOTER_BYTES } from './library-payload.ts';

const CRC_SLOT = 2;
const HEADER = Buffer.from('REDIS0010');

/** The code of each library in what FUNCTION DUMP gave. @throws LockstepError SOURCE_PROTOCOL for what is none */
export function decodeLibraries(payload: Buffer, arena: Arena): Buffer[] {
  const codes: Buffer[] = [];
  const none = (): never => {
    throw new LockstepError('SOURCE_PROTOCOL', 'the payload of FUNCTION RESTORE is none');
  };
  if (payload.length < FOOTER_BYTES) return none();
  const events = {
    aux: none,
    selectDb: none,
    resizeDb: none,
    functionLibrary: (code: Buffer): void => void codes.push(Buffer.from(code)),
    moduleAux: none,
    value: none,
    largeValue: (): ElementEvents => none(),
    end: none,
  };
  const bytes = Buffer.concat([HEADER, payload.subarray(0, payload.length - FOOTER_BYTES)]);
  const decoder = new RdbDecoder(events, arena, CRC_SLOT);
  let at = 0;
  while (at < bytes.length) {
    const next = decoder.decode(bytes, at, bytes.length);
    if (next === at) return none();
    at = next;
  }
  return codes;
}
