import type { Endpoint } from '../../../shared/model/endpoint.ts';
import { load } from './loading.ts';
import { LARGE_KEYS } from './mixed-large-keys.ts';
import { SMALL_KEYS } from './mixed-small-keys.ts';
import type { KeyContext } from './key-kind.ts';
import { Random } from './random.ts';
import { readAbilities } from './server-abilities.ts';
import { weighted } from './weighted.ts';

export interface MixedSetOptions {
  /** How many keys, over all databases. */
  readonly keys: number;
  /** The share of them that expire, from 0 to 1: mostly in 10 minutes to 10 hours, a few hundred in 5 to 60 seconds. */
  readonly withTtlShare: number;
  /** The same seed loads the same keys and values. */
  readonly seed: number;
  readonly onProgress?: (keysDone: number, keysTotal: number) => void;
}

/** The databases of the set, with their share of the keys. */
const DATABASES = weighted<number>([
  [70, 0],
  [15, 1],
  [10, 2],
  [5, 5],
]);

const SHORT_TTL_KEYS = 300;
/** Keys are written in runs within one database. */
const RUN_KEYS = 64;
/** Below this many keys a set is too small for values that dwarf the rest. */
const LARGE_FROM_KEYS = 1000;

/** The size of a large collection: beyond every compact encoding. */
const LEAST_ELEMENTS = 1000;
const MOST_ELEMENTS = 20_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/**
 * Loads keys of every type and encoding into databases 0, 1, 2 and 5 of a server, and a function library where it has
 * them. What a server is too old for is left out: streams before 5.0, positions before 3.2, expiry of hash fields. Sets of
 * different seeds stand side by side; the same set twice is refused, since its streams are there already.
 *
 * @throws LockstepError SOURCE_* when the server is out of reach, INTERNAL when it refused a command
 */
export async function loadMixedSet(endpoint: Endpoint, options: MixedSetOptions): Promise<void> {
  const { keys } = options;
  const abilities = await readAbilities(endpoint);
  const random = new Random(options.seed);
  const usable = weighted(
    SMALL_KEYS.filter((entry) => !entry.needs || abilities[entry.needs]).map((entry) => [
      entry.weight,
      entry.write,
    ]),
  );
  const large =
    keys < LARGE_FROM_KEYS ? [] : LARGE_KEYS.filter((entry) => !entry.needs || abilities[entry.needs]);
  const elements = Math.max(LEAST_ELEMENTS, Math.min(MOST_ELEMENTS, keys >> 3));
  const shortShare = Math.min(0.1, SHORT_TTL_KEYS / Math.max(1, keys * options.withTtlShare));

  await load(endpoint, async ({ out, step }) => {
    if (abilities.functions) out.add('FUNCTION', 'LOAD', 'REPLACE', FUNCTION_LIBRARY);
    for (let i = 0; i < keys; i++) {
      if (i % RUN_KEYS === 0) {
        out.add('SELECT', DATABASES(random));
        options.onProgress?.(i, keys);
      }
      const context: KeyContext = { out, random, abilities, id: `${options.seed}:${i}`, elements };
      const key = i < large.length ? large[i]!.write(context) : usable(random)(context);
      if (random.chance(options.withTtlShare)) {
        const short = random.chance(shortShare);
        out.add(
          'PEXPIRE',
          key,
          short ? random.between(5000, 60_000) : random.between(10 * MINUTE_MS, 10 * HOUR_MS),
        );
      }
      const wait = step();
      if (wait) await wait;
    }
  });
  options.onProgress?.(keys, keys);
}

const FUNCTION_LIBRARY = `#!lua name=demo
redis.register_function('demo_touch', function(keys, args)
  return redis.call('HINCRBY', keys[1], args[1], 1)
end)
redis.register_function{
  function_name = 'demo_total',
  callback = function(keys, args) return redis.call('HLEN', keys[1]) end,
  flags = {'no-writes'}
}
`;
