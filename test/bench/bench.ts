import { loadLarge } from '../../electron/headless/demo-data/load-large.ts';
import { loadMixedSet } from '../../electron/headless/demo-data/mixed-set.ts';
import { loadStrings } from '../../electron/headless/demo-data/load-strings.ts';
import { localEndpoint } from '../../electron/headless/demo-data/local-endpoint.ts';
import type { Endpoint } from '../../shared/model/endpoint.ts';
import { startRedis } from '../support/redis-server.ts';
import { engineRound, nativeRound, reportCopy, type CopyRound } from './copy-bench.ts';
import { readOnceBench } from './read-once-bench.ts';
import { streamBench } from './stream-bench.ts';
import { manyShardsBench, topologyBench } from './topology-bench.ts';

/**
 * The benchmark: a native replica and the engine in turn, on the same source, in one call.
 * `npm run bench -- [a] [b] [c] [d] [--rounds 3] [--seconds 20]`; without letters, all of them.
 * `npm run bench -- --topology [standalone-standalone] [standalone-cluster] [cluster-standalone] [cluster-cluster] [--rounds 3]`: between
 * one server and clusters of three; without pairings, all of them.
 * `npm run bench -- --shards 64`: the memory of the engine with a source of so many shards.
 * `npm run bench -- --read-once [--rounds 3]`: what reading a source once for 1, 2 and 4 targets saves it.
 */
interface CopySet {
  readonly name: string;
  readonly keys: number;
  readonly load: (endpoint: Endpoint) => Promise<void>;
}

const SETS: Readonly<Record<string, CopySet>> = {
  a: {
    name: '(a) 1,000,000 strings of 100 bytes',
    keys: 1_000_000,
    load: (to) => loadStrings(to, 1_000_000, 100),
  },
  b: {
    name: '(b) mixed set of every type, 460,000 keys, half with TTL',
    keys: 460_000,
    load: (to) => loadMixedSet(to, { keys: 460_000, withTtlShare: 0.5, seed: 7 }),
  },
  c: { name: '(c) 200 strings of 1 MB, 5 hashes of 500,000 fields', keys: 205, load: loadLarge },
};

function option(name: string, fallback: number): number {
  const at = process.argv.indexOf(`--${name}`);
  return at < 0 ? fallback : Number(process.argv[at + 1]);
}

const rounds = option('rounds', 3);
if (process.argv.includes('--topology')) {
  const pairings = (['standalone', 'cluster'] as const).flatMap((source) =>
    (['standalone', 'cluster'] as const).map((target) => ({ source, target })),
  );
  const named = pairings.filter(({ source, target }) => process.argv.includes(`${source}-${target}`));
  await topologyBench(named.length > 0 ? named : pairings, rounds);
  process.exit(0);
}
if (process.argv.includes('--shards')) {
  await manyShardsBench(option('shards', 64));
  process.exit(0);
}
if (process.argv.includes('--read-once')) {
  await readOnceBench(rounds);
  process.exit(0);
}
const letters = process.argv.slice(2).filter((word) => /^[abcd]$/.test(word));
const chosen = letters.length > 0 ? letters : ['a', 'b', 'c', 'd'];

for (const letter of chosen) {
  const set = SETS[letter];
  if (!set) continue;
  const source = await startRedis();
  await set.load(localEndpoint(source.port));
  const native: CopyRound[] = [];
  const engine: CopyRound[] = [];
  for (let round = 0; round < rounds; round++) {
    native.push(await nativeRound(source));
    engine.push(await engineRound(source));
  }
  reportCopy(set.name, set.keys, native, engine);
  await source.stop();
}
if (chosen.includes('d')) await streamBench(Math.max(1, Math.min(rounds, 2)), option('seconds', 20));
process.exit(0);
