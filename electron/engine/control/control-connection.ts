import net from 'node:net';
import { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { socketError } from '../protocol/socket-error.ts';
import { targetError } from '../target/target-error.ts';

const CONNECT_TIMEOUT_MS = 8_000;
const COMMAND_TIMEOUT_MS = 20_000;

export type Side = 'source' | 'target';

/**
 * A connection for everything that is not the data path. It does not reconnect by itself: a fault is for the task to
 * judge.
 * @throws LockstepError with a code of that side: unreachable, auth, TLS, permission, loading
 */
export async function openControl(side: Side, endpoint: Endpoint): Promise<Redis> {
  const redis = new Redis({
    host: endpoint.host,
    port: endpoint.port,
    ...(endpoint.user === undefined ? {} : { username: endpoint.user }),
    ...(endpoint.password === undefined ? {} : { password: endpoint.password }),
    ...(endpoint.tls ? { tls: { servername: net.isIP(endpoint.host) ? '' : endpoint.host } } : {}),
    lazyConnect: true,
    connectTimeout: CONNECT_TIMEOUT_MS,
    commandTimeout: COMMAND_TIMEOUT_MS,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    enableOfflineQueue: true,
  });
  let last: unknown;
  redis.on('error', (error: unknown) => {
    last = error;
  });
  try {
    await redis.connect();
    await redis.ping();
    return redis;
  } catch (error) {
    redis.disconnect();
    throw controlError(side, endpoint, last ?? error);
  }
}

/** Turns what a control connection reports into a coded error. */
export function controlError(side: Side, endpoint: Endpoint, error: unknown): LockstepError {
  if (error instanceof LockstepError) return error;
  const message = error instanceof Error ? error.message : String(error);
  const fact = `${describeEndpoint(endpoint)}: ${message}`;
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  if (/^(NOAUTH|WRONGPASS)|invalid password|invalid username|without any password/i.test(message)) {
    return new LockstepError(`${name}_AUTH`, fact);
  }
  if (/^NOPERM/.test(message)) return new LockstepError(`${name}_NO_PERMISSION`, fact);
  if (/^LOADING/.test(message)) return new LockstepError(`${name}_LOADING`, fact);
  if (side === 'target' && /^(OOM|READONLY|MISCONF)/.test(message))
    return targetError(message, 'preparing the target');
  // ioredis says these itself, without an error code.
  if (/ETIMEDOUT|timed? ?out/i.test(message))
    return new LockstepError(`${name}_UNREACHABLE`, `${fact} (no answer in time)`);
  if (endpoint.tls && /Connection is closed|ECONNRESET/.test(message))
    return new LockstepError(`${name}_TLS`, fact);
  if (/Connection is closed/.test(message)) return new LockstepError(`${name}_LINK_LOST`, fact);
  const coded = socketError(side, endpoint, error);
  const hasCode = typeof error === 'object' && error !== null && 'code' in error;
  return hasCode ? coded : new LockstepError(`${name}_PROTOCOL`, fact);
}

/** Runs something on a control connection with its errors coded. */
export async function coded<T>(side: Side, endpoint: Endpoint, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw controlError(side, endpoint, error);
  }
}
