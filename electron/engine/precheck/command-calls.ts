import type { ServerView } from './server-view.ts';

/** How often each command was called on a server, or on all primaries of a cluster, since they started. @throws LockstepError */
export async function readCommandCalls(server: ServerView): Promise<Map<string, number>> {
  const sums = new Map<string, number>();
  const infos = await Promise.all((await server.nodes()).map((node) => node.infoNow('commandstats')));
  for (const calls of infos.map(parseCommandCalls))
    for (const [name, count] of calls) sums.set(name, count + (sums.get(name) ?? 0));
  return sums;
}

/** How often each command was called since the server started, by its name as above: `INFO commandstats`. */
export function parseCommandCalls(info: ReadonlyMap<string, string>): Map<string, number> {
  const calls = new Map<string, number>();
  for (const [field, value] of info) {
    const name = /^cmdstat_(.+)/.exec(field)?.[1]?.toLowerCase();
    const count = Number(/^calls=(\d+)/.exec(value)?.[1] ?? 0);
    if (name !== undefined && count > 0) calls.set(name, count);
  }
  return calls;
}
