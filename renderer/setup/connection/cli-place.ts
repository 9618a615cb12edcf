import type { CliPlace } from '../../../shared/format/redis-cli.ts';
import { placeOf } from '../../../shared/format/server-place.ts';
import type { EndpointForm } from '../../../shared/model/profile.ts';
import { bySentinels, sentinelsProblem } from '../../../shared/model/server-address.ts';

/** Where a server that is being filled in is; undefined while its address is not whole. */
export function cliPlaceOf(endpoint: EndpointForm): CliPlace | undefined {
  const { host, port } = endpoint;
  if (bySentinels(endpoint))
    return sentinelsProblem(endpoint) === undefined ? placeOf({ ...endpoint, port: port ?? 0 }) : undefined;
  return host.trim() === '' || port === null ? undefined : placeOf({ ...endpoint, port });
}
