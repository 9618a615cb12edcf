import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { databaseMapProblem, type DatabasePair } from '../../../shared/model/database-map.ts';

const FORM = /^\d{1,9}(:\d{1,9})?(,\d{1,9}(:\d{1,9})?)*$/;

/** By their numbers on the source, and where they go. */
export interface ChosenDatabases {
  readonly databases?: readonly number[] | undefined;
  readonly databaseMap?: readonly DatabasePair[] | undefined;
}

/**
 * Which databases of the source a task takes, and into which of the target they go.
 *
 * Behind what reads the source (its stream, its snapshot, its answers) databases have the numbers of the target, and `targetDb` is where
 * they get them. It gives every database of the source one that no other has: where one that is left out has lent its number to another, it
 * is called by a number that became free. So commands between databases mean the same in both.
 */
export class DatabaseChoice {
  /** By their numbers on the target; undefined takes all. */
  readonly chosen: ReadonlySet<number> | undefined;
  /** Where a number is another one on the other side. */
  private readonly onTarget = new Map<number, number>();
  private readonly onSource = new Map<number, number>();

  /** `databases`: by their numbers on the source. */
  constructor(databases: readonly number[] | undefined, map: readonly DatabasePair[] = []) {
    const taken = databases && databases.length > 0 ? databases : undefined;
    const problem = databaseMapProblem(taken ?? null, map);
    if (problem !== undefined) throw new LockstepError('INTERNAL', problem);
    for (const { from, into } of map) if (from !== into) this.pair(from, into);
    const free = [...this.onTarget.keys()].filter((db) => !this.onSource.has(db));
    const lent = [...this.onSource.keys()].filter((db) => !this.onTarget.has(db));
    lent.forEach((db, i) => this.pair(db, free[i]!));
    this.chosen = taken && new Set(taken.map((db) => this.targetDb(db)));
  }

  /** What a task's settings say. */
  static of({ databases, databaseMap }: ChosenDatabases): DatabaseChoice {
    return new DatabaseChoice(databases, databaseMap);
  }

  /** Whether a database is taken that the source calls so. */
  takes(sourceDb: number): boolean {
    return this.includes(this.targetDb(sourceDb));
  }

  /** Reads what `toString` gave. @throws LockstepError TASK_MISMATCH for anything else */
  static parse(text: string): DatabaseChoice {
    if (text === 'all') return new DatabaseChoice(undefined);
    const pairs = text.split(',').map((part) => {
      const [from, into = from] = part.split(':').map(Number) as [number, number?];
      return { from, into };
    });
    const databases = pairs.map(({ from }) => from);
    const map = pairs.filter(({ from, into }) => from !== into);
    if (!FORM.test(text) || databaseMapProblem(databases, map) !== undefined)
      throw new LockstepError(
        'TASK_MISMATCH',
        `the checkpoint is damaged: its databases are "${text.slice(0, 40)}"`,
      );
    return new DatabaseChoice(databases, map);
  }

  /** By what number a database of the source is known here. */
  targetDb(sourceDb: number): number {
    return this.onTarget.get(sourceDb) ?? sourceDb;
  }

  /** The database of the source that goes into this one of the target. */
  sourceDb(targetDb: number): number {
    return this.onSource.get(targetDb) ?? targetDb;
  }

  /** Whether any of them goes into one of another number. */
  get renumbers(): boolean {
    return this.onTarget.size > 0;
  }

  /** The same databases, for what has the numbers of the target already. */
  get byTarget(): DatabaseChoice {
    return this.renumbers ? new DatabaseChoice([...this.chosen!]) : this;
  }

  /** By its number on the target. */
  includes(targetDb: number): boolean {
    return this.chosen === undefined || this.chosen.has(targetDb);
  }

  /** Whether there is a database of the target that both write to. */
  overlaps(other: DatabaseChoice): boolean {
    if (this.chosen === undefined || other.chosen === undefined) return true;
    return [...this.chosen].some((db) => other.includes(db));
  }

  /** `all`, or `0,3:1` for 0 and for 3, which goes into 1; in order: the form that the checkpoint keeps. */
  toString(): string {
    if (this.chosen === undefined) return 'all';
    return [...this.chosen]
      .map((db) => [this.sourceDb(db), db] as const)
      .sort(([a], [b]) => a - b)
      .map(([from, into]) => (from === into ? String(from) : `${from}:${into}`))
      .join(',');
  }

  private pair(sourceDb: number, targetDb: number): void {
    this.onTarget.set(sourceDb, targetDb);
    this.onSource.set(targetDb, sourceDb);
  }
}
