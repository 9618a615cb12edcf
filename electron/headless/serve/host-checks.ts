import type { IncomingHttpHeaders } from 'node:http';

const LOOPBACK_HOST = /^(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?$/i;

/**
 * Whether the request was meant for this machine. A foreign site whose name has been made to lead to the loopback
 * address still sends its own name. The port may be any: the near end of an ssh tunnel has its own.
 */
export const isLoopbackHost = (host: string | undefined): host is string =>
  host !== undefined && LOOPBACK_HOST.test(host);

/** Whether the page that sends the request is the one that this very host served. */
export const isOwnOrigin = ({ host, origin }: IncomingHttpHeaders): boolean =>
  isLoopbackHost(host) && origin === `http://${host.toLowerCase()}`;

/** The addresses of --host: others than these would open the page to the network. */
export const isLoopbackAddress = (address: string): boolean =>
  ['localhost', '127.0.0.1', '::1'].includes(address);
