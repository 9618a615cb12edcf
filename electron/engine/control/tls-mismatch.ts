import type net from 'node:net';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import type { Clock } from '../world/clock.ts';
import type { World } from '../world/world.ts';

export type Side = 'source' | 'target';

const PROBE_TIMEOUT_MS = 3000;

/**
 * Looks, after a connection failed without an answer of Redis, whether only one end of it speaks TLS: a plain Redis waits
 * for ever for the rest of a TLS handshake, and a TLS port just closes a plain connection.
 * @returns SOURCE_TLS or TARGET_TLS, or undefined when it was something else
 */
export async function tlsMismatch(
  { clock, net }: World,
  side: Side,
  endpoint: Endpoint,
): Promise<LockstepError | undefined> {
  const code = side === 'source' ? 'SOURCE_TLS' : 'TARGET_TLS';
  const where = describeEndpoint(endpoint);
  const { host, port } = endpoint;
  if (endpoint.tls) {
    const opened = await settles(clock, net.connect({ host, port }), 'connect');
    if (!opened) return undefined;
    return new LockstepError(code, `${where}: the port is open, but answers no TLS handshake`);
  }
  // The certificate does not matter: nothing is sent over this connection.
  const probe = net.connectTls({ host, port, rejectUnauthorized: false });
  if (!(await settles(clock, probe, 'secureConnect'))) return undefined;
  return new LockstepError(
    code,
    `${where}: the port speaks TLS, and TLS is not switched on for it (redis://)`,
  );
}

function settles(clock: Clock, socket: net.Socket, event: 'connect' | 'secureConnect'): Promise<boolean> {
  return new Promise((resolve) => {
    const end = (answer: boolean): void => {
      clock.clear(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = clock.setTimeout(() => end(false), PROBE_TIMEOUT_MS);
    socket.once(event, () => end(true));
    socket.on('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
