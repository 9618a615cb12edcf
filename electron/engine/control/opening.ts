import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { tlsMismatch, type Side } from './tls-mismatch.ts';
import type { Clock, Timer } from '../world/clock.ts';
import type { World } from '../world/world.ts';

/** For the connection, the handshake of TLS, the password and the first answers together. */
export const OPEN_TIMEOUT_MS = 8_000;

/** Waits for a connection to be opened. @throws LockstepError *_UNREACHABLE when it takes too long */
export function withinTime<T>(
  clock: Clock,
  side: Side,
  endpoint: Endpoint,
  work: Promise<T>,
  timeoutMs = OPEN_TIMEOUT_MS,
): Promise<T> {
  const fact = `${describeEndpoint(endpoint)}: no answer for ${timeoutMs / 1000} s`;
  let timer: Timer | undefined;
  const late = new Promise<never>((_, reject) => {
    const error = new LockstepError(side === 'source' ? 'SOURCE_UNREACHABLE' : 'TARGET_UNREACHABLE', fact);
    timer = clock.setTimeout(() => reject(error), timeoutMs);
  });
  return Promise.race([work, late]).finally(() => clock.clear(timer));
}

/**
 * What kept a connection from being opened, when no Redis answered on it: not a link that broke, but a server that is not
 * there or that speaks TLS where we do not, or the other way round.
 * `coded` is the error by what the socket reported, which is `cause`.
 */
export async function openingError(
  world: World,
  side: Side,
  endpoint: Endpoint,
  cause: unknown,
  coded: LockstepError,
): Promise<LockstepError> {
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  if (coded.code === `${name}_TLS` || coded.code === `${name}_REPLY_TOO_LARGE` || isRefused(cause))
    return coded;
  // A TLS port does not keep silent on a plain connection; a plain Redis does on one with TLS.
  const silent = coded.code === `${name}_UNREACHABLE` && cause instanceof LockstepError;
  const mismatch = silent && !endpoint.tls ? undefined : await tlsMismatch(world, side, endpoint);
  if (mismatch) return mismatch;
  return coded.code === `${name}_LINK_LOST`
    ? new LockstepError(`${name}_UNREACHABLE`, `${coded.message} (closed before it answered)`)
    : coded;
}

function isRefused(cause: unknown): boolean {
  const code = typeof cause === 'object' && cause !== null && 'code' in cause ? cause.code : undefined;
  return code === 'ENOTFOUND' || code === 'EAI_AGAIN' || code === 'ECONNREFUSED';
}
