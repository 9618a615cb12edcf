/** Which databases have changed places in a part of the stream that the target has not applied. */
export class SwappedDatabases {
  private readonly origins = new Map<number, number>();

  swap(a: number, b: number): void {
    const [wasA, wasB] = [this.originOf(a), this.originOf(b)];
    this.origins.set(a, wasB).set(b, wasA);
  }

  /** The database of the target in which that is which the source now has in this one. */
  originOf(db: number): number {
    return this.origins.get(db) ?? db;
  }

  /** It has been swapped, be it back to its place. */
  has(db: number): boolean {
    return this.origins.has(db);
  }
}
