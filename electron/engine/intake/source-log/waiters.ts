import type { Clock } from '../../world/clock.ts';
import type { StreamPosition } from '../stream-position.ts';

interface Waiter {
  readonly until: StreamPosition | undefined;
  readonly go: () => void;
}

/** Those who wait for what becomes of a log, each for a limited time. */
export class Waiters {
  private readonly clock: Clock;
  private waiting: Waiter[] = [];

  constructor(clock: Clock) {
    this.clock = clock;
  }

  get any(): boolean {
    return this.waiting.length > 0;
  }

  /** Resolves when it is woken, when the log has come to this place, or when the time is up. */
  wait(until: StreamPosition | undefined, atMostMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = this.clock.setTimeout(() => waiter.go(), atMostMs);
      const waiter: Waiter = {
        until,
        go: () => {
          this.clock.clear(timer);
          this.waiting = this.waiting.filter((one) => one !== waiter);
          resolve();
        },
      };
      this.waiting.push(waiter);
    });
  }

  wake(): void {
    for (const { go } of this.waiting) go();
  }

  /** The log has got so far. */
  reached(position: StreamPosition | undefined): void {
    for (const { until, go } of this.waiting) if (until && position && until.offset <= position.offset) go();
  }
}
