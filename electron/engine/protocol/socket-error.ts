import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';

const UNREACHABLE = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EACCES',
]);

/** Turns what a socket reports into a coded error; `side` chooses between the codes of source and target. */
export function socketError(side: 'source' | 'target', endpoint: Endpoint, cause: unknown): LockstepError {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? String(cause.code) : '';
  const message = cause instanceof Error && cause.message !== '' ? cause.message : code;
  const fact = `${describeEndpoint(endpoint)}: ${message}`;
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  if (/TLS|SSL|CERT|DEPTH_ZERO|UNABLE_TO|SELF_SIGNED/i.test(code))
    return new LockstepError(`${name}_TLS`, fact, { cause });
  if (endpoint.tls && /socket disconnected before secure|wrong version number/i.test(message)) {
    return new LockstepError(`${name}_TLS`, fact, { cause });
  }
  if (UNREACHABLE.has(code)) return new LockstepError(`${name}_UNREACHABLE`, fact, { cause });
  return new LockstepError(`${name}_LINK_LOST`, fact, { cause });
}
