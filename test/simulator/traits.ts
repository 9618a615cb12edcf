import { Random } from './random.ts';
import type { Topology } from './topology.ts';

/** What some histories have that others have not. */
export type Trait = 'own-keys' | 'other-databases' | 'read-replicas' | 'asked-repairs';

interface TraitRow {
  /** Of the histories that can have it. */
  readonly share: number;
  readonly fits: readonly Topology[];
}

const TRAITS: Readonly<Record<Trait, TraitRow>> = {
  /** The target holds keys before the task, which is to overwrite those of the source's names. */
  'own-keys': { share: 0.25, fits: ['standalone', 'target-cluster', 'source-cluster', 'both'] },
  /** Databases of the source go into others of the target. */
  'other-databases': { share: 0.2, fits: ['standalone'] },
  /** The streams of shards are read of their replicas. */
  'read-replicas': { share: 0.25, fits: ['source-cluster', 'both'] },
  /** Keys are asked for while the task runs, some of which somebody has changed on the target. */
  'asked-repairs': { share: 0.2, fits: ['standalone', 'target-cluster', 'source-cluster', 'both'] },
};

const NAMES = Object.keys(TRAITS) as readonly Trait[];

/** They are drawn apart from all else: a history without any is the same whatever there is to be drawn. */
const APART = 0x7a17;

/** Those of a history. `wanted`: these, as far as they fit, whatever its seed says. */
export function traitsOf(
  seed: number,
  topology: Topology,
  wanted: readonly Trait[] | undefined,
): ReadonlySet<Trait> {
  const random = new Random(seed ^ APART);
  const drawn = NAMES.filter((name) => random.chance(TRAITS[name].share));
  return new Set((wanted ?? drawn).filter((name) => TRAITS[name].fits.includes(topology)));
}

/** @throws for a name that there is not */
export const parseTraits = (text: string): Trait[] =>
  text.split(',').flatMap((name) => {
    if (name === '') return [];
    const found = NAMES.find((one) => one === name);
    if (!found) throw new Error(`there is no trait ${name}; there are ${NAMES.join(', ')}`);
    return [found];
  });
