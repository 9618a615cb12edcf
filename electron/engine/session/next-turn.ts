/** Does something in a later turn of the event loop, once for however often that was asked meanwhile. */
export class NextTurn {
  private readonly run: () => void;
  private scheduled = false;

  constructor(run: () => void) {
    this.run = () => {
      this.scheduled = false;
      run();
    };
  }

  /** After `waitMs`, or, with 0, as soon as the sockets have been read. A wait that has begun is not changed. */
  after(waitMs: number): void {
    if (this.scheduled) return;
    this.scheduled = true;
    if (waitMs === 0) setImmediate(this.run);
    else setTimeout(this.run, waitMs);
  }
}
