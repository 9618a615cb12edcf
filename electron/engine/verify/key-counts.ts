export interface KeyCounts {
  keys: number;
  /** How many of them have an expiry. */
  expires: number;
}

/**
 * Reads the `# Keyspace` section of INFO: `db0:keys=12,expires=3,avg_ttl=0` per database that is not empty. Takes the
 * whole INFO text as well; what is not a database line is passed over.
 */
export function parseKeyspace(infoText: string): Map<number, KeyCounts> {
  const counts = new Map<number, KeyCounts>();
  for (const line of infoText.split(/\r?\n/)) {
    const match = /^db(\d+):(.*)$/.exec(line);
    if (!match) continue;
    const values = new Map(match[2]!.split(',').map((pair) => splitPair(pair)));
    counts.set(Number(match[1]), {
      keys: Number(values.get('keys') ?? 0),
      expires: Number(values.get('expires') ?? 0),
    });
  }
  return counts;
}

function splitPair(pair: string): [string, string] {
  const at = pair.indexOf('=');
  return [pair.slice(0, at), pair.slice(at + 1)];
}
