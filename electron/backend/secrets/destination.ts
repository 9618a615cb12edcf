import { createHash } from 'node:crypto';
import type { EndpointForm } from '../../../shared/model/profile.ts';
import { addressOf, bySentinels, usesTls, type ServerAddress } from '../../../shared/model/server-address.ts';

/** What decides to whom a secret is sent. */
export type Destination = ServerAddress &
  Pick<EndpointForm, 'tls' | 'sentinelTls' | 'verify' | 'serverName' | 'ca' | 'addressMap'>;

/**
 * A digest, since certificates are long. A secret is stored together with this, and given out for nothing else: whoever changes an address, or how its server
 * proves who it is, could otherwise have the password sent to a server of their own.
 */
export function destinationOf(endpoint: Destination): string {
  const { port, tls, sentinelTls, verify, serverName, ca, addressMap } = endpoint;
  // What is filled in for TLS has no effect without it.
  const proof = usesTls(endpoint) ? [verify, serverName, ca] : null;
  // Each Sentinel decides where the secrets go.
  const parts: unknown[] = bySentinels(endpoint)
    ? ['sentinels', addressOf(endpoint), tls, sentinelTls, proof]
    : [endpoint.host.trim().toLowerCase(), port, proof];
  // Nodes are sent the same secrets, wherever they are said to be.
  if (!bySentinels(endpoint) && addressMap.trim() !== '') parts.push(addressMap.trim().toLowerCase());
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url');
}
