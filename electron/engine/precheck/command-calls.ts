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
