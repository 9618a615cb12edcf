import { describeEndpoint, type Endpoint } from '../../../shared/model/endpoint.ts';
import { isBareClaim } from '../checkpoint/checkpoint.ts';
import type { ServerIdentity } from '../control/server-facts.ts';
import type { FeedingTask } from './feeding-tasks.ts';

/** How source and target stand to each other. */
export type Relation =
  | { readonly kind: 'one-server' | 'source-follows-target' | 'target-follows-source' }
  /** A task copies from the target to the source, or did; `connected` says that it does now. */
  | { readonly kind: 'loop'; readonly task: string; readonly connected: boolean }
  | { readonly kind: 'two-servers'; readonly feeding: readonly FeedingTask[] };

/**
 * Tells servers apart by their run id and replication id, never by their address: one server may have several.
 * `feeding` gives the tasks whose target the source is.
 */
export async function relationOf(
  from: ServerIdentity,
  to: ServerIdentity,
  target: Endpoint,
  feeding: () => Promise<readonly FeedingTask[]>,
): Promise<Relation> {
  if (from.runId !== '' && from.runId === to.runId) return { kind: 'one-server' };
  if (from.replid !== '' && from.replid === to.replid)
    return { kind: to.role === 'master' ? 'source-follows-target' : 'target-follows-source' };
  const tasks = await feeding();
  const loops = tasks.filter((task) => isFedBy(task, to));
  const addressed = tasks.find(({ checkpoint }) => checkpoint.source === describeEndpoint(target));
  const worst = loops.find(({ connected }) => connected) ?? loops[0] ?? addressed;
  if (worst === undefined) return { kind: 'two-servers', feeding: tasks };
  return { kind: 'loop', task: worst.name, connected: worst.connected && loops.includes(worst) };
}

function isFedBy({ checkpoint }: FeedingTask, target: ServerIdentity): boolean {
  if (isBareClaim(checkpoint)) return false;
  return checkpoint.replid === target.replid || checkpoint.replid === target.earlierReplid;
}
