import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { relationOf as relationOfServers, type Pair } from '../control/relation.ts';
import type { ServerIdentity } from '../control/server-facts.ts';
import { isFedFrom, isFedThrough, type FeedingTask } from './feeding-tasks.ts';

/** How source and target stand to each other. */
export type Relation =
  | { readonly kind: 'one-server' | 'source-follows-target' | 'target-follows-source' }
  /**
   * A task copies from the target to the source, or did; `open` says that it does now, or was cut off while it did. Not `direct`
   * is one that brings what comes of the target by way of others.
   */
  | { readonly kind: 'loop'; readonly task: string; readonly open: boolean; readonly direct: boolean }
  | { readonly kind: 'two-servers'; readonly feeding: readonly FeedingTask[] };

/** `feeding` gives the tasks whose target the source is. */
export async function relationOf(
  from: ServerIdentity,
  to: ServerIdentity,
  at: Pair<Endpoint>,
  feeding: () => Promise<readonly FeedingTask[]>,
): Promise<Relation> {
  switch (relationOfServers({ source: from, target: to }, at)) {
    case 'one-server':
      return { kind: 'one-server' };
    case 'source-follows':
      return { kind: 'source-follows-target' };
    case 'target-follows':
    case 'same-history':
      return { kind: 'target-follows-source' };
    case 'strangers': {
      const tasks = await feeding();
      const loops = tasks.filter((task) => isFedFrom(task, to, at.target));
      const rings = tasks.filter((task) => isOpen(task) && isFedThrough(task, to));
      const worst = loops.find(isOpen) ?? rings[0] ?? loops[0];
      if (worst === undefined) return { kind: 'two-servers', feeding: tasks };
      return { kind: 'loop', task: worst.name, open: isOpen(worst), direct: loops.includes(worst) };
    }
  }
}

const isOpen = ({ connected, checkpoint }: FeedingTask): boolean => connected || checkpoint.active;
