import { Deferred } from './deferred.ts';

/** Holds parts that begin together until each has claimed what is its: then none vouches for slots that another one does. */
export class ClaimGate {
  private readonly opened = new Deferred<void>();
  private missing: number;

  constructor(parts: number) {
    this.missing = parts;
  }

  /** One more has claimed. @returns when all have; rejects where one of them cannot */
  arrive(): Promise<void> {
    this.missing -= 1;
    if (this.missing === 0) this.opened.resolve();
    return this.opened.promise;
  }

  /** Nobody is waited for any more. */
  fail(error: Error): void {
    this.opened.reject(error);
  }

  get open(): boolean {
    return this.missing === 0;
  }
}
