/**
 * Has only some of many at work at a time, in the order in which they came: one, where it would be in vain for the others (what watches a
 * key that all of them write to), or a few, where each takes much memory or goes through all of a server.
 */
export class Turns {
  private free: number;
  private readonly waiting: (() => void)[] = [];

  constructor(atOnce = 1) {
    this.free = atOnce;
  }

  /** @returns what `work` returns; rejects as it does, which is no matter of those that come next */
  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.waiting.push(resolve));
    try {
      return await work();
    } finally {
      const next = this.waiting.shift();
      if (next) next();
      else this.free += 1;
    }
  }
}
