import { onChange, slotsMoved } from '../control/cluster-change.ts';
import type { SlotNodes } from '../control/cluster-nodes.ts';
import { readInfo } from '../control/info.ts';
import { ifRefused } from '../control/reply-error.ts';
import { identityOf } from '../control/server-facts.ts';
import type { ClusterNode } from '../router/cluster-node.ts';
import { SlotSet } from '../router/slot-set.ts';
import { ownerOf } from '../router/topology.ts';
import { laneSlot, type Lane } from './lane-index.ts';

/**
 * The processes of a cluster, as a lane's checkpoint keeps them of when all of its slots lay on one node: that node first, then the other
 * primaries, each with its replicas. `id@epoch/current run replica,replica;id run …`, with so much of each id as tells it; behind the
 * first its configuration epoch and the current one of the cluster, as far as that is told.
 *
 * A lane goes back together with the data of its node. Slots that were moved do not: where the node that they came from goes back, or the
 * one that they went to, it is without what was written, or carried, last, and no offset says so.
 */
export type LaneProcess = string;

/** A few hundred nodes are told apart by less. */
const ID_CHARS = 12;

/** How a lane lies: on the node that it lay on last; partly or wholly elsewhere, with all that it had; or nobody can tell whether with all. */
export type Lying = 'whole' | 'moved' | 'torn';

interface Known {
  readonly id: string;
  /** NaN where it has none. */
  readonly epoch: number;
  readonly current: number;
  readonly run: string;
  readonly replicas: readonly string[];
}

interface Running {
  readonly node: ClusterNode;
  readonly run: string;
  /** It has taken the place of another node. */
  readonly promoted: boolean;
  /** NaN where it may not be asked. */
  readonly currentEpoch: number;
}

/** The primaries of a cluster as they run now. */
export class LaneProcesses {
  private readonly nodes: SlotNodes;
  private readonly running: ReadonlyMap<string, Running>;

  private constructor(nodes: SlotNodes, running: readonly Running[]) {
    this.nodes = nodes;
    this.running = new Map(running.map((one) => [one.node.id, one]));
  }

  /** @throws LockstepError where one with slots cannot be asked */
  static async look(nodes: SlotNodes): Promise<LaneProcesses> {
    const { nodes: all, shards } = nodes.topology;
    const withSlots = new Set(shards.map(({ primary }) => primary.id));
    const looks = all
      .filter(({ role, health }) => role === 'primary' && health !== 'failed' && health !== 'lost')
      .map(async (node) => {
        try {
          return [await runningOf(nodes, node)];
        } catch (error) {
          if (withSlots.has(node.id)) throw error;
          return [];
        }
      });
    return new LaneProcesses(nodes, (await Promise.all(looks)).flat());
  }

  /** As they are now, for a lane that lies whole. @throws LockstepError TARGET_SLOTS_MOVED */
  recordOf(lane: Pick<Lane, 'tag'>): LaneProcess {
    const own = this.running.get(ownerOf(this.nodes.topology, laneSlot(lane))?.id ?? '');
    if (!own) throw slotsMoved(`nobody answers for slot ${laneSlot(lane)}`);
    const all = [...this.running.values()];
    const current = Math.max(...all.map(({ currentEpoch }) => currentEpoch));
    return [own, ...all.filter((one) => one !== own)]
      .map(({ node, run }, i) => {
        const replicas = this.nodes.topology.nodes.filter(({ primaryId }) => primaryId === node.id);
        const name = i === 0 ? `${short(node.id)}@${node.epoch}/${current}` : short(node.id);
        return [name, short(run), replicas.map(({ id }) => short(id)).join(',')].join(' ').trim();
      })
      .join(';');
  }

  /** How the slots of a lane lie by now that lay as its checkpoint says. */
  lyingOf(lane: Lane, record: LaneProcess): Lying {
    const [own, ...others] = parse(record);
    if (!own) return 'whole';
    const holders = this.holdersOf(lane);
    const [sole] = holders;
    if (holders.length === 1 && this.isInPlaceOf(sole!, own, others)) {
      // What was away and is back may lack what a node has lost that had it meanwhile, or took it back.
      const cameBack = this.carriedOf(lane, record).size > 0;
      return cameBack && !this.allHaveKept([own, ...others]) ? 'torn' : 'whole';
    }
    if (!this.stillRuns(own)) return 'torn';
    return holders.every((holder) => holder.id.startsWith(own.id) || this.hasKept(holder, own, others))
      ? 'moved'
      : 'torn';
  }

  /**
   * Slots of a lane that may have been on another node since its checkpoint was as it says, though they may be back. Whoever takes a slot
   * raises its configuration epoch to one above the current unless it has the greatest already, so one that gave a slot away and gets it
   * back always does. A successor that has the very next one was the first to raise it (`Redis cluster.c:
   * clusterBumpConfigEpochWithoutConsensus, clusterHandleSlaveFailover`), and where there were as many successors as epochs since, all of
   * these were their elections.
   */
  carriedOf(lane: Lane, record: LaneProcess): SlotSet {
    const [own, ...others] = parse(record);
    const { shards, shardOfSlot } = this.nodes.topology;
    const stayed = shards.map(({ primary }) => own !== undefined && this.hasStayed(primary, own, others));
    return SlotSet.where((slot) => stayed[shardOfSlot[slot]!] !== true, SlotSet.of(lane.slots));
  }

  private hasStayed(node: ClusterNode, own: Known, others: readonly Known[]): boolean {
    if (node.id.startsWith(own.id)) return node.epoch === own.epoch;
    if (!this.isInPlaceOf(node, own, others)) return false;
    return node.epoch === own.current + 1 || (node.epoch > own.current && this.onlyElections(own, others));
  }

  /** All epochs since were taken by nodes that have the place of another one. */
  private onlyElections(own: Known, others: readonly Known[]): boolean {
    const now = [...this.running.values()];
    const successors = [own, ...others].filter(({ replicas }) =>
      now.some(({ node }) => replicas.some((replica) => node.id.startsWith(replica))),
    );
    return Math.max(...now.map(({ currentEpoch }) => currentEpoch)) === own.current + successors.length;
  }

  private holdersOf(lane: Lane): ClusterNode[] {
    const { shards, shardOfSlot } = this.nodes.topology;
    const found = new Set([shardOfSlot[laneSlot(lane)]!]);
    for (const { first, last } of lane.slots)
      for (let slot = first; slot <= last; slot++) found.add(shardOfSlot[slot]!);
    return [...found].flatMap((shard) => (shards[shard] ? [shards[shard].primary] : []));
  }

  /** It is that node, or has taken its place with the data that there was of it. */
  private isInPlaceOf({ id }: ClusterNode, own: Known, others: readonly Known[]): boolean {
    if (id.startsWith(own.id) || own.replicas.some((replica) => id.startsWith(replica))) return true;
    if (others.some((other) => isOf(id, other))) return false;
    const before = this.nodes.topology.nodes.find((node) => node.id.startsWith(own.id));
    return before !== undefined && (before.primaryId === id || before.health === 'failed');
  }

  /** Whether it has not gone back since, as far as anybody can tell: it is not another process, and nobody has taken its place. */
  private stillRuns(own: Known): boolean {
    const node = this.nodes.topology.nodes.find(({ id }) => id.startsWith(own.id));
    // A node that is taken out of a cluster had given all of its slots away before.
    return node === undefined || (this.running.get(node.id)?.run.startsWith(own.run) ?? false);
  }

  /** No node of the cluster has gone back since, as far as anybody can tell. */
  private allHaveKept(known: readonly Known[]): boolean {
    const arrived = [...this.running.values()].filter(({ node }) => !known.some((one) => isOf(node.id, one)));
    return known.every((one) => this.stillRuns(one)) && arrived.every(({ promoted }) => !promoted);
  }

  /** Whether what was carried to a node is there: it is the process that it was, or came to the cluster later and is nobody's successor. */
  private hasKept({ id }: ClusterNode, own: Known, others: readonly Known[]): boolean {
    const running = this.running.get(id);
    const known = others.find((other) => id.startsWith(other.id));
    if (known) return running?.run.startsWith(known.run) ?? false;
    return !isOf(id, own) && !others.some((other) => isOf(id, other)) && running?.promoted === false;
  }
}

async function runningOf(nodes: SlotNodes, node: ClusterNode): Promise<Running> {
  const redis = await nodes.onNode(node);
  const info = await onChange(() => readInfo(redis, 'server', 'replication'));
  const { runId, earlierReplid } = identityOf(info);
  const cluster = String(await redis.call('CLUSTER', 'INFO').catch(ifRefused('')));
  const [, current] = /^cluster_current_epoch:(\d+)/m.exec(cluster) ?? [];
  return { node, run: runId, promoted: /[1-9a-f]/.test(earlierReplid), currentEpoch: Number(current) };
}

const short = (id: string): string => id.slice(0, ID_CHARS);

const isOf = (id: string, { id: own, replicas }: Known): boolean =>
  id.startsWith(own) || replicas.some((replica) => id.startsWith(replica));

/** Nothing where there is no record. */
function parse(record: LaneProcess): Known[] {
  return record.split(';').flatMap((text) => {
    const [name = '', run = '', replicas = ''] = text.split(' ');
    const [id = '', epochs = ''] = name.split('@');
    const [epoch, current] = epochs === '' ? [] : epochs.split('/');
    return id === ''
      ? []
      : [
          {
            id,
            epoch: Number(epoch),
            current: Number(current),
            run,
            replicas: replicas.split(',').filter((one) => one !== ''),
          },
        ];
  });
}
