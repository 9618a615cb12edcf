import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { parseEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';

export interface AddressFlags {
  readonly source: string;
  readonly target: string;
}

/**
 * Both addresses of a command; passwords may come from the environment instead.
 * @throws LockstepError URL_INVALID, or USAGE for a database in an address, which would not mean what it seems to
 */
export function readEndpoints(
  flags: AddressFlags,
  env: NodeJS.ProcessEnv,
): { source: Endpoint; target: Endpoint } {
  const source = parseEndpoint(flags.source, env['LOCKSTEP_SOURCE_PASSWORD']);
  const target = parseEndpoint(flags.target, env['LOCKSTEP_TARGET_PASSWORD']);
  if (source.db !== 0 || target.db !== 0) {
    throw new LockstepError(
      'USAGE',
      'an address names no database here: every database keeps its number, and sync takes a choice with --db',
    );
  }
  return { source, target };
}
