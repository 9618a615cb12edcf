import { formatAddress } from './address.ts';
import type { CliPlace } from './redis-cli.ts';

/** The address of a server as the command line takes it, with its user and without a password. */
export function serverUrl(place: CliPlace): string {
  const { tls, user, sentinel } = place;
  const scheme = tls ? 'rediss' : 'redis';
  const login = user ? `${encodeURIComponent(user)}@` : '';
  return sentinel
    ? `${scheme}-sentinel://${login}${sentinel.nodes.map(formatAddress).join(',')}/${encodeURIComponent(sentinel.name)}`
    : `${scheme}://${login}${formatAddress(place)}`;
}
