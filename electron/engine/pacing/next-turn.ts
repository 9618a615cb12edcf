import type { Clock } from '../world/clock.ts';
/** Does something in a later turn of the event loop, once for however often that was asked meanwhile. */
export class NextTurn {
  private readonly clock: Clock;
  private readonly run: () => void;
  private scheduled = false;

  constructor(clock: Clock, run: () => void) {
    this.clock = clock;
    this.run = () => {
      this.scheduled = false;
      run();
    };
  }

  /** After `waitMs`, or, with 0, as soon as the sockets have been read. A wait that has begun is not changed. */
  after(waitMs: number): void {
    if (this.scheduled) return;
    this.scheduled = true;
    if (waitMs === 0) this.clock.setImmediate(this.run);
    else this.clock.setTimeout(this.run, waitMs);
  }
}
