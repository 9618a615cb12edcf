import { mappedAddress, type Address } from '../../../shared/model/address-map.ts';
import type { Endpoint } from '../../../shared/model/endpoint.ts';
import type { ClusterNode } from '../router/cluster-node.ts';

/**
 * The address that a node announces to whoever asked at `asked`: its preferred endpoint (7.0 and later), else its IP address. An empty one
 * stands for the address that was asked, and `?` for a host name that the node has not been given.
 */
export function announcedAddress(
  node: Pick<ClusterNode, 'host' | 'port'>,
  preferred: string | undefined,
  asked: Pick<Endpoint, 'host'>,
): Address {
  const host = preferred === undefined || preferred === '?' ? node.host : preferred;
  return { host: host === '' ? asked.host : host, port: node.port };
}

/**
 * How a node is opened from here: with the credentials of the address that was given, at the address that it announces, or where the
 * address map says. Behind another address the certificate is still looked at for the name that the node announces.
 */
export function nodeEndpoint(endpoint: Endpoint, node: ClusterNode, announced: Address): Endpoint {
  const names = [announced.host, node.host, ...(node.hostname === undefined ? [] : [node.hostname])];
  const mapped = mappedAddress(endpoint.addressMap ?? [], names, announced.port);
  const place = mapped ?? announced;
  if (!endpoint.tls || !mapped || endpoint.tlsOptions?.serverName !== undefined)
    return { ...endpoint, ...place, db: 0 };
  const serverName = node.hostname ?? announced.host;
  return { ...endpoint, ...place, db: 0, tlsOptions: { verify: true, ...endpoint.tlsOptions, serverName } };
}
