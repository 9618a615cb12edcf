import type { ServerView } from '../../shared/servers/saved-server.ts';

/** Groups by their names, those of no group last; servers by theirs. */
export function byGroup(servers: readonly ServerView[]): (readonly [string, readonly ServerView[]])[] {
  const groups = new Map<string, ServerView[]>();
  for (const server of servers.toSorted((a, b) => compare(a.name, b.name)))
    groups.set(server.group, [...(groups.get(server.group) ?? []), server]);
  return [...groups].toSorted(([a], [b]) => Number(a === '') - Number(b === '') || compare(a, b));
}

const compare = (a: string, b: string): number => a.localeCompare(b, undefined, { numeric: true });
