import { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { hearLastWords } from '../protocol/last-words.ts';
import { tlsConnectOptions } from '../protocol/tls-connect-options.ts';
import { OPEN_TIMEOUT_MS } from './opening.ts';
import { boundReplies, type ReplyBounds } from './reply-bound.ts';
import type { Side } from './tls-mismatch.ts';

/** How long the process stays for a connection that never was one. */
const DISCONNECT_TIMEOUT_MS = 200;

/** A connection of the client library, not opened yet: one life, no reconnecting, and replies within bounds. */
export function makeClient(side: Side, endpoint: Endpoint, bounds: ReplyBounds): Redis {
  const redis = new Redis({
    host: endpoint.host,
    port: endpoint.port,
    ...(endpoint.tls ? { tls: tlsConnectOptions(side, endpoint) } : {}),
    protocol: 2,
    disableClientInfo: true,
    lazyConnect: true,
    // `withinTime` comes first.
    connectTimeout: 2 * OPEN_TIMEOUT_MS,
    disconnectTimeout: DISCONNECT_TIMEOUT_MS,
    commandTimeout: bounds.timeoutMs,
    retryStrategy: () => null,
    maxRetriesPerRequest: 0,
    enableReadyCheck: false,
    enableOfflineQueue: true,
  });
  // Before anything is sent: the first command is what meets a server that has refused us already.
  redis.once('connect', () => {
    hearLastWords(redis.stream);
    boundReplies(redis, side, endpoint, bounds);
  });
  return redis;
}
