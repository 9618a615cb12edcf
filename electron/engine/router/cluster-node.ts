import type { SlotRange } from './slot-ranges.ts';

/** A slot on its way from one primary to another, as one of the two marks it. */
export interface SlotMark {
  readonly slot: number;
  /** `migrating`: the node that tells gives it away; `importing`: it takes it. */
  readonly kind: 'migrating' | 'importing';
  /** The id of the other node. */
  readonly peer: string;
}

/**
 * `suspected`: the node that tells does not reach it; `failed`: the cluster has agreed that it is gone; `joining`: still shaking hands;
 * `lost`: nobody knows its address any more.
 */
export type NodeHealth = 'well' | 'suspected' | 'failed' | 'joining' | 'lost';

/** One node of a cluster as one node tells it. */
export interface ClusterNode {
  /** 40 hexadecimal digits, for as long as it belongs to the cluster. */
  readonly id: string;
  /** The address that it announces. An empty host stands for the one that was asked. */
  readonly host: string;
  readonly port: number;
  /** `cluster-announce-hostname` (7.0 and later). */
  readonly hostname: string | undefined;
  readonly role: 'primary' | 'replica';
  /** Of a replica. */
  readonly primaryId: string | undefined;
  readonly health: NodeHealth;
  /** The configuration epoch of its slots; of a replica that of its primary. */
  readonly epoch: number;
  readonly slots: readonly SlotRange[];
  /** Only a node itself tells these. */
  readonly marks: readonly SlotMark[];
}

/** All nodes as one of them tells them. */
export interface NodesView {
  /** The id of the one that tells. */
  readonly teller: string | undefined;
  readonly nodes: readonly ClusterNode[];
}
