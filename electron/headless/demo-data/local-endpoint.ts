import type { Endpoint } from '../../../shared/model/endpoint.ts';

/** The endpoint of a server on this machine, which asks for no password. */
export function localEndpoint(port: number): Endpoint {
  return { host: '127.0.0.1', port, user: undefined, password: undefined, tls: false, db: 0 };
}
