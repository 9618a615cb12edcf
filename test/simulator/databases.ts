import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { Keyspace } from './keyspace.ts';
import type { Random } from './random.ts';

type Pair = readonly [from: number, into: number];

/** The writer uses 0 and 3. Some of them change places, lend their numbers to one another, or are left out. */
const CHOICES: readonly (readonly Pair[])[] = [
  [
    [0, 2],
    [3, 0],
  ],
  [
    [0, 3],
    [3, 0],
  ],
  [[3, 0]],
  [
    [0, 0],
    [3, 5],
  ],
];

/** Which databases of the source a task takes, and into which of the target they go. */
export class Databases {
  /** undefined for all, each into the one of its number. */
  private readonly pairs: readonly Pair[] | undefined;

  constructor(pairs?: readonly Pair[]) {
    this.pairs = pairs;
  }

  static some(random: Random): Databases {
    return new Databases(random.pick(CHOICES));
  }

  get spec(): Pick<TaskSpec, 'databases' | 'databaseMap'> {
    return this.pairs
      ? {
          databases: this.pairs.map(([from]) => from),
          databaseMap: this.pairs
            .filter(([from, into]) => from !== into)
            .map(([from, into]) => ({ from, into })),
        }
      : {};
  }

  /** What a target has to have of a source. */
  taken(keyspace: Keyspace): Keyspace {
    if (!this.pairs) return keyspace;
    const taken = new Keyspace();
    for (const [from, into] of this.pairs) taken.databases.set(into, keyspace.db(from));
    return taken;
  }

  /** undefined for one that nothing goes into. */
  sourceOf(targetDb: number): number | undefined {
    return this.pairs ? this.pairs.find(([, into]) => into === targetDb)?.[0] : targetDb;
  }

  /** undefined for one that is left out. */
  targetOf(sourceDb: number): number | undefined {
    return this.pairs ? this.pairs.find(([from]) => from === sourceDb)?.[1] : sourceDb;
  }
}
