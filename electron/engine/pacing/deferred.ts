/** A promise that is settled from outside; only the first time counts. (Promise.withResolvers needs Node 22.) */
export class Deferred<T> {
  readonly promise: Promise<T>;
  resolve!: (value: T) => void;
  reject!: (error: Error) => void;

  constructor() {
    this.promise = new Promise<T>((resolve, reject) => {
      this.resolve = resolve;
      this.reject = reject;
    });
    // A rejection before anybody waits is not an accident.
    this.promise.catch(() => undefined);
  }
}
