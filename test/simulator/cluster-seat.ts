import type { CommandRow } from './command-rows.ts';
import { Failure, type Reply } from './resp.ts';
import { keysOf, slotOf } from './slots.ts';

/** A place in a cluster: what a process is called there, and where it listens. */
export interface Seat {
  readonly id: string;
  readonly port: number;
}

/** What the commands of one step want of keys. */
export interface Wanted {
  readonly row: CommandRow;
  readonly words: readonly string[];
}

/** What the nodes of a shard have heard of their cluster. */
interface Heard {
  /** No keys are served. */
  readonly isDown: boolean;
  ownerIn(shard: number, slot: number): number;
  primaryIn(shard: number, of: number): Seat;
  migratingTo(shard: number, slot: number): number;
  importingFrom(shard: number, slot: number): number;
  answer(
    shard: number,
    role: ClusterSeat['role'],
    server: KeysOfSlots,
    args: readonly string[],
  ): Reply | undefined;
}

export interface KeysOfSlots {
  keysIn(slot: number): readonly string[];
}

type Way =
  | { readonly kind: 'here' | 'crosses' | 'down' | 'unserved' | 'unstable' }
  | { readonly kind: 'moved' | 'asked'; readonly slot: number; readonly port: number };

const HERE: Way = { kind: 'here' };

/** A node's place in its cluster, and what it answers to keys that are not, or not only, its own. */
export class ClusterSeat {
  readonly cluster: Heard;
  /** The number of its shard. */
  readonly shard: number;
  readonly role: 'primary' | 'replica';

  constructor(cluster: Heard, shard: number, role: ClusterSeat['role']) {
    this.cluster = cluster;
    this.shard = shard;
    this.role = role;
  }

  /** The answer of a node that does not run this; undefined where it does. Source: Redis cluster.c: clusterRedirectClient. */
  refusal(wanted: readonly Wanted[], asking: boolean, has: (key: string) => boolean): Failure | undefined {
    const way = this.wayOf(wanted, asking, has);
    switch (way.kind) {
      case 'here':
        return undefined;
      case 'crosses':
        return new Failure("CROSSSLOT Keys in request don't hash to the same slot");
      case 'down':
        return new Failure('CLUSTERDOWN The cluster is down');
      case 'unserved':
        return new Failure('CLUSTERDOWN Hash slot not served');
      case 'unstable':
        return new Failure('TRYAGAIN Multiple keys request during rehashing of slot');
      default:
        return new Failure(`${way.kind === 'moved' ? 'MOVED' : 'ASK'} ${way.slot} 127.0.0.1:${way.port}`);
    }
  }

  /** The same of a call within a script. Source: Redis script.c: scriptVerifyClusterState. */
  refusalInScript(wanted: Wanted, has: (key: string) => boolean): Failure | undefined {
    const { kind } = this.wayOf([wanted], false, has);
    switch (kind) {
      case 'here':
        return undefined;
      case 'crosses':
        return new Failure('ERR Script attempted to access keys that do not hash to the same slot');
      case 'down':
      case 'unserved':
        return new Failure('ERR Script attempted to execute a command while the cluster is down');
      default:
        return new Failure('ERR Script attempted to access a non local key in a cluster node');
    }
  }

  /** Source: Redis cluster.c: getNodeByQuery. */
  private wayOf(wanted: readonly Wanted[], asking: boolean, has: (key: string) => boolean): Way {
    const { cluster, shard, role } = this;
    let slot = -1;
    let missing = 0;
    let existing = 0;
    let first: string | undefined;
    let several = false;
    let asks = asking;
    for (const { row, words } of wanted) {
      if (row.name === 'restore-asking') asks = true;
      for (const key of keysOf(row, words)) {
        const here = slotOf(key);
        if (slot >= 0 && here !== slot) return { kind: 'crosses' };
        if (slot < 0) {
          slot = here;
          if (cluster.ownerIn(shard, slot) < 0) return { kind: 'unserved' };
        }
        if (first === undefined) first = key;
        else if (key !== first) several = true;
        if (has(key)) existing += 1;
        else missing += 1;
      }
    }
    if (slot < 0) return HERE;
    if (cluster.isDown) return { kind: 'down' };
    const owner = cluster.ownerIn(shard, slot);
    const own = role === 'primary' && owner === shard;
    const to = own ? cluster.migratingTo(shard, slot) : -1;
    if (to >= 0 && missing > 0 && existing > 0) return { kind: 'unstable' };
    if (to >= 0 && missing > 0) return { kind: 'asked', slot, port: cluster.primaryIn(shard, to).port };
    const importing = role === 'primary' && cluster.importingFrom(shard, slot) >= 0;
    if (importing && asks) return several && missing > 0 ? { kind: 'unstable' } : HERE;
    return own ? HERE : { kind: 'moved', slot, port: cluster.primaryIn(shard, owner).port };
  }
}
