import { createHash } from 'node:crypto';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';

/**
 * The same for the same server opened the same way: who gives other credentials is not handed what somebody else's have opened. A
 * digest, since it is kept and compared, and there are secrets in it.
 */
export function serverKey(endpoint: Endpoint): string {
  const { host, port, user, password, tls, tlsOptions, sentinel } = endpoint;
  const given = JSON.stringify([host, port, user, password, tls, tlsOptions, sentinel]);
  return createHash('sha256').update(given).digest('base64');
}
