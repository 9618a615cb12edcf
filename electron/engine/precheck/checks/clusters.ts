import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { describeEndpoint, describeGiven } from '../../../../shared/model/endpoint.ts';
import type { Side } from '../../control/control-connection.ts';
import type { FoundCluster } from '../../control/discover-cluster.ts';
import type { ClusterNode } from '../../router/cluster-node.ts';
import { countSlots, describeSlots } from '../../router/slot-ranges.ts';
import type { FeedNode } from '../feed-nodes.ts';
import { failure, failureOf, mend, pass, warning, type Finding } from '../finding.ts';
import type { ServerView } from '../server-view.ts';
import type { Check, Subjects } from '../subjects.ts';

/** Troubles that a sentence names one by one. */
const MOST_NAMED = 5;

/** A side that is a cluster. */
interface Found {
  readonly server: ServerView;
  readonly cluster: FoundCluster;
}

/** What is wrong with one node, or some slots; `grave` keeps a task from working. */
interface Trouble {
  readonly text: string;
  readonly grave: boolean;
}

/** Whether every primary can be asked from here, and what the nodes say of one another. */
export const clusterNodes: Check = (subjects) =>
  lookAt(
    subjects,
    'All nodes are well, and every primary can be reached from here.',
    ({ cluster: { topology, unreached, announced } }) =>
      topology.nodes.flatMap((node) => {
        const where = describeEndpoint(announced(node));
        const fault = unreached.get(node.id);
        if (fault) return [{ text: `${where} cannot be reached from here (${fault.message})`, grave: true }];
        const said = HEALTH_WORDS[node.health];
        return said === null ? [] : [{ text: `${where} ${said}`, grave: node.role === 'primary' }];
      }),
    'Bring the node back. If it is up, and announces an address that leads nowhere from this machine, say where it is reached (--address-map on the command line).',
  );

const HEALTH_WORDS: Readonly<Record<ClusterNode['health'], string | null>> = {
  well: null,
  suspected: 'is not reached by another node',
  failed: 'has failed, as the other nodes say',
  joining: 'is still joining',
  lost: 'has no address any more',
};

/** Whether every slot has a node, and the nodes find so. */
export const clusterCoverage: Check = (subjects) =>
  lookAt(
    subjects,
    'Every slot belongs to a node, and all primaries find the cluster well.',
    ({ cluster: { topology, unwell, announced } }) => [
      ...(topology.uncovered.length === 0
        ? []
        : [
            {
              text: `${countSlots(topology.uncovered)} of 16,384 slots belong to no node (${describeSlots(topology.uncovered)})`,
              grave: true,
            },
          ]),
      ...topology.nodes
        .filter(({ id }) => unwell.has(id))
        .map((node) => ({
          text: `${describeEndpoint(announced(node))} says cluster_state:fail`,
          grave: true,
        })),
    ],
    'Bring back the node that had the slots. Otherwise give them to others (redis-cli --cluster fix): what keys they held is lost then.',
  );

/** Whether two primaries take the same slot for their own. */
export const clusterOwners: Check = (subjects) =>
  lookAt(
    subjects,
    'Every slot has one owner.',
    ({ cluster: { topology, announced } }) =>
      topology.doubled.map(({ slots, ids }) => {
        const owners = topology.nodes.filter(({ id }) => ids.includes(id)).map((node) => announced(node));
        return {
          text: `slots ${describeSlots(slots)} are held by ${owners.map(describeEndpoint).join(' and ')}`,
          grave: true,
        };
      }),
    'Look at both with redis-cli --cluster check. A moment after a failover or a move this settles by itself: run the check again.',
  );

const FINISH =
  'Let the reshard end. If it was broken off, redis-cli --cluster fix finishes or takes back what it left.';

/** Whether slots are on their way. */
export const clusterMoves: Check = (subjects) =>
  lookAt(
    subjects,
    'No slot is under way.',
    ({ cluster: { topology, announced } }) => {
      const where = (id: string | undefined): string => {
        const node = topology.nodes.find((one) => one.id === id);
        return node ? describeEndpoint(announced(node)) : 'a node that is gone';
      };
      return topology.moves.map(({ slot, from, to }) => ({
        text: `slot ${slot} is under way from ${where(from)} to ${where(to)}`,
        grave: false,
      }));
    },
    (side) =>
      side === 'source'
        ? `A start is possible, and stays exact: what moves is brought from the node that has it then, and until that is done the task is not in step. ${FINISH}`
        : FINISH,
  );

/** Whether there is a way to copy between the two sides. */
export const clusterSync: Check = async (subjects) => {
  const { source, target } = subjects;
  const [from, to] = [await source.cluster(), await target.cluster()];
  if (!from && subjects.readsReplicas)
    return failureOf(
      'source',
      new LockstepError('SOURCE_NOT_CLUSTER', `${describeGiven(subjects.spec.source)} is one server`),
    );
  const found = wayBetween(from, to);
  return subjects.readsReplicas ? withReplicas(found, await subjects.feeds()) : found;
};

function wayBetween(from: FoundCluster | undefined, to: FoundCluster | undefined): Finding {
  if (!from && !to) return pass('Two standalone servers.');
  const way = `From ${kindOf(from)} to ${kindOf(to)}`;
  const read = 'each shard of the source is followed by itself, with a place of its own to go on from';
  if (from) {
    if (!to) return pass(`${way}: ${read}.`);
    return pass(`${way}: ${read}, and its keys go to whichever node of the target has their slots.`);
  }
  return pass(
    `${way}: each node is written to by itself, and commands whose keys lie on several of them are carried in parts.`,
  );
}

/** Of each shard a replica is to be read. */
function withReplicas(way: Finding, feeds: readonly FeedNode[]): Finding {
  const named = (nodes: readonly FeedNode[]): string => {
    const more = nodes.length - MOST_NAMED;
    const shown = nodes.slice(0, MOST_NAMED).map(({ view }) => describeEndpoint(view.endpoint));
    return `${shown.join(', ')}${more > 0 ? ` and ${more} more` : ''}`;
  };
  const replicas = feeds.filter(({ instead }) => !instead);
  const instead = feeds.filter((feed) => feed.instead);
  const read = replicas.length === 0 ? '' : ` Replicas are read: ${named(replicas)}.`;
  if (instead.length === 0) return { ...way, found: `${way.found}${read}` };
  return warning(
    `${way.found}${read} No replica that is well was found of what ${named(instead)} ${instead.length === 1 ? 'has' : 'have'}: there the primary is read, and forks for the snapshot.`,
    mend(
      'source',
      'Give these shards a replica, or look at why it has no link to its primary (INFO replication shows master_link_status).',
    ),
  );
}

function kindOf(cluster: FoundCluster | undefined): string {
  if (!cluster) return 'one server';
  const shards = cluster.topology.shards.length;
  return `a cluster of ${shards} ${shards === 1 ? 'shard' : 'shards'}`;
}

async function lookAt(
  { source, target }: Subjects,
  fine: string,
  troublesOf: (found: Found) => readonly Trouble[],
  remedy: string | ((side: Side) => string),
): Promise<Finding> {
  const found: Found[] = [];
  for (const server of [source, target]) {
    const cluster = await server.cluster();
    if (cluster) found.push({ server, cluster });
  }
  if (found.length === 0) return pass('Neither side is a cluster.');
  const troubles = found.map((one) => ({ one, list: troublesOf(one) })).filter(({ list }) => list.length > 0);
  if (troubles.length === 0) return pass(fine);
  const text = troubles
    .map(({ one, list }) => `${one.server.side === 'source' ? 'Source' : 'Target'}: ${sentenceOf(list)}`)
    .join(' ');
  const grave = troubles.some(({ list }) => list.some((trouble) => trouble.grave));
  return (grave ? failure : warning)(
    text,
    ...troubles.map(
      ({
        one: {
          server: { side },
        },
      }) => mend(side, typeof remedy === 'string' ? remedy : remedy(side)),
    ),
  );
}

function sentenceOf(troubles: readonly Trouble[]): string {
  const named = troubles.slice(0, MOST_NAMED).map(({ text }) => text);
  const more = troubles.length - named.length;
  return `${named.join('; ')}${more > 0 ? `; and ${more} more` : ''}.`;
}
