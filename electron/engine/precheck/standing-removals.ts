import { formatCount, formatKeys } from '../../../shared/format/numbers.ts';
import { redisCli } from '../../../shared/format/redis-cli.ts';
import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { drastic, mend, type PricedMend } from './finding.ts';
import type { NodeStanding, StandingDatabase } from './standing-keys.ts';

/** Of more nodes that hold keys the first are told. */
const MOST_NODES = 5;

/** How the keys of one server can be removed that are in a task's way, database by database. */
export const databaseRemovals = (databases: readonly StandingDatabase[], target: Endpoint): PricedMend[] =>
  databases.map((database) =>
    removal(database, `database ${database.db}`, redisCli(target, '-n', database.db, 'FLUSHDB')),
  );

/**
 * The same of a cluster, a command for each node that holds keys, at the address by which it is reached from here. One for all of them
 * (`redis-cli --cluster call`) would go to the addresses that they announce, and to nodes on which other tasks keep their checkpoints. A node
 * that is no primary any more refuses it.
 */
export function nodeRemovals(nodes: readonly NodeStanding[]): PricedMend[] {
  const held = nodes.flatMap(({ endpoint, databases: [database] }) =>
    database ? [{ endpoint, database }] : [],
  );
  const more = held.length - MOST_NODES;
  return [
    ...held
      .slice(0, MOST_NODES)
      .map(({ endpoint, database }) =>
        removal(database, `the node ${describeEndpoint(endpoint)}`, redisCli(endpoint, '-n', 0, 'FLUSHDB')),
      ),
    ...(more > 0
      ? [
          mend(
            'target',
            `${formatCount(more)} more ${more === 1 ? 'node holds' : 'nodes hold'} keys: run the precheck again for ${more === 1 ? 'it' : 'them'}.`,
          ),
        ]
      : []),
  ];
}

function removal({ keys, ownKeys }: StandingDatabase, where: string, flush: string): PricedMend {
  const what = formatKeys(keys);
  // A flush would take the checkpoints of other tasks along.
  if (ownKeys > 0)
    return mend(
      'target',
      `Or remove the ${what} that ${where} holds, but not with FLUSHDB: other tasks keep their checkpoints there (lockstep:…), and would have to copy anew.`,
    );
  return drastic(
    'removes',
    `Or remove all that ${where} holds, ${what}: they are gone for good, so make a backup first.`,
    flush,
  );
}
