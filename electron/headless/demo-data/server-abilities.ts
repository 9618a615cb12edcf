import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { Side } from '../../engine/verify/side.ts';
import { systemWorld } from '../../engine/world/system-world.ts';

/** What a server can do that not every supported one can. */
export interface ServerAbilities {
  readonly streams: boolean;
  readonly geo: boolean;
  readonly functions: boolean;
  /** HPEXPIRE. */
  readonly fieldTtl: boolean;
  readonly unlink: boolean;
  readonly copy: boolean;
  readonly getdel: boolean;
  readonly autoclaim: boolean;
}

/** The command that shows each ability. */
const COMMAND_OF: Readonly<Record<keyof ServerAbilities, string>> = {
  streams: 'xgroup',
  geo: 'geoadd',
  functions: 'function',
  fieldTtl: 'hpexpire',
  unlink: 'unlink',
  copy: 'copy',
  getdel: 'getdel',
  autoclaim: 'xautoclaim',
};

/**
 * Asks a server which commands it knows.
 *
 * @throws LockstepError SOURCE_* when it is out of reach
 */
export async function readAbilities(endpoint: Endpoint): Promise<ServerAbilities> {
  const side = await Side.open(systemWorld, 'source', endpoint);
  try {
    const replies = (await side.call('COMMAND', 'INFO', ...Object.values(COMMAND_OF))) as unknown[];
    const abilities = Object.keys(COMMAND_OF).map((ability, i) => [ability, Array.isArray(replies[i])]);
    return Object.fromEntries(abilities) as Record<keyof ServerAbilities, boolean>;
  } finally {
    side.close();
  }
}
