const WINDOW_MS = 1000;

/** Lets so many pass in each second and counts the rest, so that an engine that goes wild fills neither disk nor page. */
export class EventBrake {
  private readonly mostPerSecond: number;
  private windowFromMs = -Infinity;
  private passed = 0;
  private leftOut = 0;

  constructor(mostPerSecond: number) {
    this.mostPerSecond = mostPerSecond;
  }

  /**
   * `nowMs` as of `performance.now()`.
   * @returns how many were left out before this one, or undefined when this one is to be left out as well
   */
  take(nowMs: number): number | undefined {
    if (nowMs - this.windowFromMs >= WINDOW_MS) {
      this.windowFromMs = nowMs;
      this.passed = 0;
    }
    if (this.passed >= this.mostPerSecond) {
      this.leftOut += 1;
      return undefined;
    }
    this.passed += 1;
    const before = this.leftOut;
    this.leftOut = 0;
    return before;
  }
}
