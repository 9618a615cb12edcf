/** Which databases of the source a task takes. */
export class DatabaseChoice {
  /** undefined takes all of them. */
  readonly chosen: ReadonlySet<number> | undefined;

  constructor(databases: readonly number[] | undefined) {
    this.chosen = databases && databases.length > 0 ? new Set(databases) : undefined;
  }

  /** Reads what `toString` gave. */
  static parse(text: string): DatabaseChoice {
    return new DatabaseChoice(text === 'all' ? undefined : text.split(',').map(Number));
  }

  includes(db: number): boolean {
    return this.chosen === undefined || this.chosen.has(db);
  }

  /** Whether there is a database that both take. */
  overlaps(other: DatabaseChoice): boolean {
    if (this.chosen === undefined || other.chosen === undefined) return true;
    return [...this.chosen].some((db) => other.includes(db));
  }

  /** `all` or `0,3`, in order: the form that the checkpoint keeps. */
  toString(): string {
    return this.chosen === undefined ? 'all' : [...this.chosen].sort((a, b) => a - b).join(',');
  }
}
