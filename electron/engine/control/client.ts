import { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { hearLastWords } from '../protocol/last-words.ts';
import { tlsConnectOptions } from '../protocol/tls-connect-options.ts';
import type { Clock } from '../world/clock.ts';
import type { World } from '../world/world.ts';
import { boundReplies, type ReplyBounds } from './reply-bound.ts';
import type { Side } from './tls-mismatch.ts';
import { connectorIn } from './world-connector.ts';

/**
 * A connection of the client library, not opened yet: one life, no reconnecting, and replies within bounds. None of its timers is
 * the library's own.
 */
export function makeClient(world: World, side: Side, endpoint: Endpoint, bounds: ReplyBounds): Redis {
  const redis = new Redis({
    host: endpoint.host,
    port: endpoint.port,
    ...(endpoint.tls ? { tls: tlsConnectOptions(side, endpoint) } : {}),
    Connector: connectorIn(world, side, endpoint),
    protocol: 2,
    disableClientInfo: true,
    lazyConnect: true,
    // `withinTime` bounds that.
    connectTimeout: 0,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    enableOfflineQueue: true,
  });
  boundTime(redis, world.clock, bounds);
  // Before anything is sent: the first command is what meets a server that has refused us already.
  redis.once('connect', () => {
    hearLastWords(redis.stream, world.clock);
    boundReplies(redis, side, endpoint, bounds);
  });
  return redis;
}

/** Each command has its answer within this time, or an error that says it has not. */
function boundTime(redis: Redis, clock: Clock, { timeoutMs }: ReplyBounds): void {
  const send = redis.sendCommand.bind(redis);
  redis.sendCommand = (command, stream) => {
    const timer = clock.setTimeout(() => command.reject(new Error('Command timed out')), timeoutMs);
    const answered = (): void => clock.clear(timer);
    command.promise.then(answered, answered);
    return send(command, stream);
  };
}
