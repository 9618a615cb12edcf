import { followsWell, identityOf, partsAt } from '../control/server-facts.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import { reachesBack } from '../watch/backlog-reach.ts';

type Info = ReadonlyMap<string, string>;

/** A replica as it was just seen: its INFO, or why it could not be asked. */
export interface SeenReplica<Node> {
  readonly node: Node;
  readonly seen: Info | Error;
}

/** What the stream of a shard is read of: a replica, or its primary; `later`: one of its replicas may be fit for it in a moment. */
export type Choice<Node> =
  | { readonly kind: 'replica'; readonly node: Node }
  | { readonly kind: 'primary' }
  | { readonly kind: 'later' };

type Fitness = 'fit' | 'soon' | 'unfit';

const PRIMARY = { kind: 'primary' } as const;
const LATER = { kind: 'later' } as const;

/** @param primary INFO of the primary; undefined where it cannot be asked */
export function fitnessOf(
  replica: Info,
  primary: Info | undefined,
  from: StreamPosition | undefined,
): Fitness {
  const history = replica.get('master_replid');
  // Before 4.0 a replica makes a stream of its own of what it gets, with offsets of its own.
  if (history === undefined) return 'unfit';
  if (!followsWell(identityOf(replica))) return 'soon';
  // It has not heard of a failover yet, or follows another shard by now.
  if (primary && primary.get('master_replid') !== history) return 'soon';
  // What a snapshot belongs to only the primary tells.
  if (!from) return primary ? 'fit' : 'soon';
  if (reachesBack(replica, from) === true) return 'fit';
  // Asked for what it has not got yet it would answer with a snapshot.
  return history === from.replid && Number(replica.get('master_repl_offset')) < from.offset
    ? 'soon'
    : 'unfit';
}

/**
 * Which of a shard's nodes is asked for its stream from a place on, undefined for a snapshot: a replica that can go on from there, else the
 * primary if it can, else a replica for the snapshot that this leads to. `replicas`: in the order in which they are preferred.
 */
export function chooseReplica<Node>(
  replicas: readonly SeenReplica<Node>[],
  primary: Info | undefined,
  from: StreamPosition | undefined,
): Choice<Node> {
  const forSnapshot = (): Choice<Node> => first(replicas, primary, undefined) ?? PRIMARY;
  if (!from || (primary && isLeft(primary, from))) return forSnapshot();
  const going = first(replicas, primary, from);
  if (going) return going;
  return primary && reachesBack(primary, from) === true ? PRIMARY : forSnapshot();
}

function first<Node>(
  replicas: readonly SeenReplica<Node>[],
  primary: Info | undefined,
  from: StreamPosition | undefined,
): Choice<Node> | undefined {
  const judged = replicas.map(({ node, seen }) => ({
    node,
    fitness: seen instanceof Error ? 'soon' : fitnessOf(seen, primary, from),
  }));
  const fit = judged.find(({ fitness }) => fitness === 'fit');
  if (fit) return { kind: 'replica', node: fit.node };
  return judged.some(({ fitness }) => fitness === 'soon') ? LATER : undefined;
}

/** A failover has taken this place off the source's history: nobody goes on from there. */
function isLeft(primary: Info, { replid, offset }: StreamPosition): boolean {
  const fork = partsAt(identityOf(primary), replid);
  return fork !== undefined && fork < offset;
}
