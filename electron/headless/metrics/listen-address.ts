import { isIP } from 'node:net';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';

export interface ListenAddress {
  readonly host: string;
  readonly port: number;
}

const LOOPBACK = '127.0.0.1';
const MAX_PORT = 65_535;

/** `9121`, `127.0.0.1:9121`, `[::1]:9121`: a port alone is one of this machine. @throws LockstepError USAGE */
export function parseListenAddress(text: string, option: string): ListenAddress {
  const [, bracketed, plain, digits] = /^(?:(?:\[([0-9a-f:.]+)\]|([\w.-]+)):)?(\d{1,5})$/i.exec(text) ?? [];
  const host = bracketed ?? plain ?? LOOPBACK;
  const port = Number(digits);
  // A name could lead anywhere by the time that it is looked up.
  if (digits === undefined || port > MAX_PORT || (isIP(host) === 0 && host !== 'localhost'))
    throw new LockstepError(
      'USAGE',
      `${option} takes a port, or an address of this machine with one, such as 127.0.0.1:9121 or [::1]:9121`,
    );
  return { host, port };
}
