import { createHash } from 'node:crypto';
import type { EndpointForm } from '../../../shared/model/profile.ts';

/** What decides to whom a secret is sent. */
export type Destination = Pick<
  EndpointForm,
  'host' | 'port' | 'tls' | 'verify' | 'serverName' | 'ca' | 'addressMap'
>;

/**
 * A digest, since certificates are long. A secret is stored together with this, and given out for nothing else: whoever changes an address, or how its server
 * proves who it is, could otherwise have the password sent to a server of their own.
 */
export function destinationOf(endpoint: Destination): string {
  const { tls, verify, serverName, ca, addressMap } = endpoint;
  const host = endpoint.host.trim().toLowerCase();
  // What is filled in for TLS has no effect without it.
  const parts = [host, endpoint.port, tls ? [verify, serverName, ca] : null];
  // Nodes are sent the same secrets, wherever they are said to be.
  if (addressMap.trim() !== '') parts.push(addressMap.trim().toLowerCase());
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
