import { Redis } from 'ioredis';
import type { Endpoint } from '../../../shared/model/endpoint.ts';

/** What a server can do that not every supported one can. */
export interface ServerAbilities {
  readonly streams: boolean;
  readonly geo: boolean;
  readonly functions: boolean;
  /** HPEXPIRE. */
  readonly fieldTtl: boolean;
  readonly unlink: boolean;
  readonly copy: boolean;
  readonly getdel: boolean;
  readonly autoclaim: boolean;
}

/** Asks a server which commands it knows. Throws the client's error when it cannot be reached. */
export async function readAbilities(endpoint: Endpoint): Promise<ServerAbilities> {
  const redis = new Redis({
    host: endpoint.host,
    port: endpoint.port,
    ...(endpoint.user === undefined ? {} : { username: endpoint.user }),
    ...(endpoint.password === undefined ? {} : { password: endpoint.password }),
    ...(endpoint.tls ? { tls: {} } : {}),
    protocol: 2,
    disableClientInfo: true,
    enableReadyCheck: true,
    retryStrategy: () => null,
    lazyConnect: true,
  });
  // Each failure also rejects the call it belongs to.
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    const names = ['xgroup', 'geoadd', 'function', 'hpexpire', 'unlink', 'copy', 'getdel', 'xautoclaim'];
    const known = ((await redis.call('COMMAND', 'INFO', ...names)) as unknown[]).map(Array.isArray);
    return {
      streams: known[0]!,
      geo: known[1]!,
      functions: known[2]!,
      fieldTtl: known[3]!,
      unlink: known[4]!,
      copy: known[5]!,
      getdel: known[6]!,
      autoclaim: known[7]!,
    };
  } finally {
    redis.disconnect();
  }
}
