import { Deferred } from './deferred.ts';

/**
 * Holds parts that begin together until each has claimed what is its: then none vouches for slots that another one does, and what is to be
 * done once for all of them is done.
 */
export class ClaimGate<T> {
  private readonly opened = new Deferred<T>();
  private readonly together: () => Promise<T>;
  private missing: number;
  /** Settles, and never rejects, when nothing is done together any more. */
  idle: Promise<void> = Promise.resolve();
  open = false;

  constructor(parts: number, together: () => Promise<T>) {
    this.missing = parts;
    this.together = together;
  }

  /** One more has claimed. @returns what was done together, after that; rejects where one of them cannot claim, or that fails */
  arrive(): Promise<T> {
    this.missing -= 1;
    if (this.missing === 0) this.idle = this.work();
    return this.opened.promise;
  }

  /** Nobody is waited for any more. */
  fail(error: Error): void {
    this.opened.reject(error);
  }

  private async work(): Promise<void> {
    try {
      const done = await this.together();
      this.open = true;
      this.opened.resolve(done);
    } catch (error) {
      this.opened.reject(asError(error));
    }
  }
}

const asError = (error: unknown): Error => (error instanceof Error ? error : new Error(String(error)));
