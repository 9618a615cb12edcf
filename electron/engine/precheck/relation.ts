import { relationOf as relationOfServers, type KnownServer } from '../control/relation.ts';
import { isFedFrom, isFedThrough, type FeedingTask } from './feeding-tasks.ts';

type Related = 'one-server' | 'source-follows-target' | 'target-follows-source';

/** How source and target stand to each other. */
export type Relation =
  | { readonly kind: Related }
  /**
   * A task copies from the target to the source, or did; `open` says that it does now, or was cut off while it did. Not `direct`
   * is one that brings what comes of the target by way of others.
   */
  | { readonly kind: 'loop'; readonly task: string; readonly open: boolean; readonly direct: boolean }
  | { readonly kind: 'two-servers'; readonly feeding: readonly FeedingTask[] };

/** `feeding` gives the tasks whose target the source is. */
export async function relationOf(
  from: readonly KnownServer[],
  to: readonly KnownServer[],
  feeding: () => Promise<readonly FeedingTask[]>,
): Promise<Relation> {
  for (const source of from)
    for (const target of to) {
      const kind = kindOf(source, target);
      if (kind) return { kind };
    }
  const tasks = await feeding();
  const loops = tasks.filter((task) => to.some(({ identity, at }) => isFedFrom(task, identity, at)));
  const rings = tasks.filter(
    (task) => isOpen(task) && to.some(({ identity }) => isFedThrough(task, identity)),
  );
  const worst = loops.find(isOpen) ?? rings[0] ?? loops[0];
  if (worst === undefined) return { kind: 'two-servers', feeding: tasks };
  return { kind: 'loop', task: worst.name, open: isOpen(worst), direct: loops.includes(worst) };
}

/** undefined for strangers. */
function kindOf(source: KnownServer, target: KnownServer): Related | undefined {
  const at = { source: source.at, target: target.at };
  switch (relationOfServers({ source: source.identity, target: target.identity }, at)) {
    case 'one-server':
      return 'one-server';
    case 'source-follows':
      return 'source-follows-target';
    case 'target-follows':
    case 'same-history':
      return 'target-follows-source';
    case 'strangers':
      return undefined;
  }
}

const isOpen = ({ connected, checkpoint }: FeedingTask): boolean => connected || checkpoint.active;
