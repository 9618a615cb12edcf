import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { formatCount } from '../../../../shared/format/numbers.ts';
import type { Endpoint } from '../../../../shared/model/endpoint.ts';
import { addDatabases, countKeys, databasesOf } from '../../control/info.ts';
import { checkSource, checkTarget, refuseSentinel } from '../../control/server-facts.ts';
import { failureOf, notice, pass, type Finding } from '../finding.ts';
import { formatRoundTrip } from '../path-speed.ts';
import type { ServerView } from '../server-view.ts';
import type { Check } from '../subjects.ts';

/** Reaches the source, and refuses what no task can follow: of a cluster any of its primaries. */
export const sourceConnection: Check = ({ source }) =>
  reach(source, async () => {
    for (const node of await nodesOf(source)) checkSource(node.endpoint, await node.identity());
  });

/** Reaches the target. That it takes writes is a check of its own. */
export const targetConnection: Check = ({ target }) =>
  reach(target, async () => {
    const identity = await target.identity();
    // A replica and a cluster are for the other checks to tell.
    checkTarget(target.endpoint, { ...identity, role: 'master', cluster: false });
  });

/** That a cluster cannot be looked at whole is for other checks to tell. */
const nodesOf = (server: ServerView): Promise<readonly ServerView[]> => server.nodes().catch(() => [server]);

async function reach(server: ServerView, refuse: () => Promise<void>): Promise<Finding> {
  try {
    await server.connect();
    const roundTripMs = await server.roundTripMs();
    try {
      refuseSentinel(server.side, server.endpoint, await server.info());
      await refuse();
      return await describe(server, roundTripMs);
    } catch (error) {
      if (!(error instanceof LockstepError) || !error.code.endsWith('_NO_PERMISSION')) throw error;
      return notice(
        `Connected, a round trip takes ${formatRoundTrip(roundTripMs)}. What the server is could not be looked at, since its user may not run INFO.`,
      );
    }
  } catch (error) {
    if (error instanceof LockstepError) return failureOf(server.side, error);
    throw error;
  }
}

const primaryWords = ({ sentinel }: Endpoint): string =>
  sentinel ? `the primary that the Sentinels name for ${sentinel.name}` : 'primary';

async function describe(server: ServerView, roundTripMs: number): Promise<Finding> {
  const { role, primaryHost, primaryPort, cluster } = await server.identity();
  const nodes = await nodesOf(server);
  const infos = await Promise.allSettled(nodes.map((node) => node.info()));
  const told = infos.flatMap((info) => (info.status === 'fulfilled' ? [databasesOf(info.value)] : []));
  const keys = countKeys(addDatabases(told));
  const of = cluster ? ` on ${told.length} ${told.length === 1 ? 'node' : 'nodes'} of it` : '';
  const parts = [
    await server.describe(),
    `${role === 'master' ? primaryWords(server.endpoint) : `replica of ${primaryHost}:${primaryPort}`}${cluster ? ' in a cluster' : ''}`,
    `${formatCount(keys)} ${keys === 1 ? 'key' : 'keys'}${of}`,
    ...(server.endpoint.tls ? ['TLS'] : []),
    `a round trip takes ${formatRoundTrip(roundTripMs)}`,
  ];
  return pass(`${parts.join(', ')}.`);
}
