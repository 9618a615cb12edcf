import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { asLockstepError } from '../../../shared/errors/plain-reason.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { refusalKind } from '../protocol/refusal-kind.ts';
import { socketError } from '../protocol/socket-error.ts';
import { makeClient } from './client.ts';
import { openingError, withinTime } from './opening.ts';
import { CONTROL_BOUNDS, type ReplyBounds } from './reply-bound.ts';
import { targetError } from './target-error.ts';
import type { Side } from './tls-mismatch.ts';
import type { World } from '../world/world.ts';
import { isReplyError } from './reply-error.ts';

/** No other command would be answered either. */
const REFUSES_ALL = /^NOAUTH|^WRONGPASS|^DENIED|operation not permitted|max number of clients/i;
/** Some replies, such as that of protected mode, are whole pages. */
const LONGEST_FACT = 300;

export type { Side } from './tls-mismatch.ts';

/**
 * A connection for everything that is not the data path. It does not reconnect by itself: a fault is for the task to
 * judge. `name` is what the server lists it under.
 * `bounds` are those of what is asked over it, where that is not the usual.
 * @throws LockstepError with a code of that side: unreachable, auth, TLS, permission, loading, protocol, reply too large
 */
export async function openControl(
  world: World,
  side: Side,
  endpoint: Endpoint,
  name?: string,
  bounds: ReplyBounds = CONTROL_BOUNDS,
): Promise<Redis> {
  return open(world, side, endpoint, bounds, async (redis) => {
    if (name !== undefined) await redis.call('CLIENT', 'SETNAME', name).catch(() => undefined);
    await redis.ping();
  });
}

/**
 * The same to look at a server only, whatever state it is in: one that is loading, that cannot save, or that
 * refuses the user a PING has answered, and what it is like is for the caller to find out.
 * @throws LockstepError with a code of that side: unreachable, auth, TLS
 */
export async function openForLook(
  world: World,
  side: Side,
  endpoint: Endpoint,
  timeoutMs: number,
): Promise<Redis> {
  return open(world, side, endpoint, { ...CONTROL_BOUNDS, timeoutMs }, async (redis) => {
    await redis.ping().catch((error: unknown) => {
      if (!isReplyError(error) || REFUSES_ALL.test(error.message)) throw error;
    });
  });
}

async function open(
  world: World,
  side: Side,
  endpoint: Endpoint,
  bounds: ReplyBounds,
  greet: (redis: Redis) => Promise<void>,
): Promise<Redis> {
  const redis = makeClient(world, side, endpoint, bounds);
  let last: unknown;
  redis.on('error', (error: unknown) => {
    last = error;
  });
  try {
    await withinTime(
      world.clock,
      side,
      endpoint,
      authenticate(redis, endpoint).then(() => greet(redis)),
    );
    return redis;
  } catch (error) {
    redis.disconnect();
    if (isReplyError(error)) throw controlError(side, endpoint, error);
    const cause = last ?? error;
    throw await openingError(world, side, endpoint, cause, controlError(side, endpoint, cause));
  }
}

async function authenticate(redis: Redis, { user, password }: Endpoint): Promise<void> {
  await redis.connect();
  // Not left to the client library: it would go on with a password that the server does not ask for.
  if (password !== undefined)
    await (user === undefined ? redis.call('AUTH', password) : redis.call('AUTH', user, password));
}

/** Turns what a control connection reports into a coded error. */
export function controlError(side: Side, endpoint: Endpoint, error: unknown): LockstepError {
  if (error instanceof LockstepError) return error;
  const message = causeOf(error);
  const where = describeEndpoint(endpoint);
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  if (isReplyError(error)) return replyError(side, message, `${where}: ${message.slice(0, LONGEST_FACT)}`);
  // The client library says these itself, without an error code.
  if (/ETIMEDOUT|timed? ?out/i.test(message))
    return new LockstepError(`${name}_UNREACHABLE`, `${where}: no answer in time`, { cause: error });
  if (/connection is closed|due to connection close|max retries per request/i.test(message))
    return new LockstepError(`${name}_LINK_LOST`, `${where}: the connection was closed`, { cause: error });
  if (error instanceof Error && 'code' in error) return socketError(side, endpoint, error);
  // Nothing that came over the connection, so it is a fault of ours, and not one of the server.
  return asLockstepError(error);
}

/** Runs something on a control connection with its errors coded. */
export async function coded<T>(side: Side, endpoint: Endpoint, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    throw controlError(side, endpoint, error);
  }
}

function replyError(side: Side, message: string, fact: string): LockstepError {
  const name = side === 'source' ? 'SOURCE' : 'TARGET';
  const kind = refusalKind(message);
  if (kind) return new LockstepError(`${name}_${kind}`, fact);
  // A replica without its primary that may serve no stale data.
  if (side === 'source' && /^MASTERDOWN/.test(message))
    return new LockstepError('SOURCE_NO_MASTER_LINK', fact);
  if (/^CLUSTERDOWN/.test(message)) return new LockstepError(`${name}_CLUSTER_DOWN`, fact);
  if (/^NOPERM|^ERR unknown command/i.test(message)) return new LockstepError(`${name}_NO_PERMISSION`, fact);
  if (side === 'target') {
    const { code } = targetError(message, '');
    if (code !== 'TARGET_REJECTED') return new LockstepError(code, fact);
  }
  return new LockstepError(`${name}_PROTOCOL`, fact);
}

/** EXEC only says that something before it failed; what that was stands beside it. */
function causeOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const earlier: unknown = 'previousErrors' in error ? error.previousErrors : undefined;
  const first: unknown = Array.isArray(earlier) ? earlier[0] : undefined;
  return first instanceof Error ? first.message : error.message;
}
