import type { CliPlace } from '../../../shared/format/redis-cli.ts';
import type { EndpointForm } from '../../../shared/model/profile.ts';

/** Where a server that is being filled in is; undefined while its address is not whole. */
export function cliPlaceOf(endpoint: EndpointForm): CliPlace | undefined {
  const host = endpoint.host.trim();
  const { port } = endpoint;
  return host === '' || port === null ? undefined : { ...endpoint, host, port };
}
