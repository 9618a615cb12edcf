/**
 * Does one thing after another. What watches a key that others write to is done in vain whenever they are: of many that do so at once all
 * but one would begin again, time after time.
 */
export class Turns {
  private last: Promise<unknown> = Promise.resolve();

  /** @returns what `work` returns; rejects as it does, which is no matter of those that come next */
  take<T>(work: () => Promise<T>): Promise<T> {
    const turn = this.last.then(work);
    this.last = turn.catch(() => undefined);
    return turn;
  }
}
