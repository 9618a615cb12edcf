import type { KeyPair } from './deep-values.ts';
import type { Reply } from './page-reader.ts';

/** The smallest stream id after `id`; servers before 6.2 have no exclusive ranges. */
export function nextStreamId(id: string): string {
  const [ms, seq] = id.split('-') as [string, string];
  const last = BigInt(seq) === 2n ** 64n - 1n;
  return last ? `${BigInt(ms) + 1n}-0` : `${ms}-${BigInt(seq) + 1n}`;
}

/** A subcommand comes before the key: XINFO STREAM <key>. */
export function onBothSubcommand(pair: KeyPair, ...words: string[]): Promise<[Reply, Reply]> {
  const [command, subcommand, ...rest] = words as [string, string, ...string[]];
  return Promise.all([
    pair.source.call(command, subcommand, pair.key, ...rest),
    pair.target.call(command, subcommand, pair.key, ...rest),
  ]);
}

/** A flat reply of names and values as a map. */
export function fieldMap(reply: Reply): Map<string, Reply> {
  const map = new Map<string, Reply>();
  const flat = reply as Reply[];
  for (let i = 0; i + 1 < flat.length; i += 2) map.set(String(flat[i]), flat[i + 1]!);
  return map;
}
