import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { parseEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';

export interface AddressFlags {
  readonly source: string;
  readonly target: string;
}

/**
 * Both addresses of a command; passwords may come from the environment instead.
 * @throws LockstepError URL_INVALID, or USAGE for a database in an address
 */
export function readEndpoints(
  flags: AddressFlags,
  env: NodeJS.ProcessEnv,
): { source: Endpoint; target: Endpoint } {
  return {
    source: readEndpoint(flags.source, env['LOCKSTEP_SOURCE_PASSWORD']),
    target: readEndpoint(flags.target, env['LOCKSTEP_TARGET_PASSWORD']),
  };
}

/** One address; a database in it would not mean what it seems to. */
export function readEndpoint(url: string, passwordFromEnv: string | undefined): Endpoint {
  const endpoint = parseEndpoint(url, passwordFromEnv);
  if (endpoint.db === 0) return endpoint;
  throw new LockstepError(
    'USAGE',
    'an address names no database here: every database keeps its number, and sync takes a choice with --db',
  );
}
