import { setTimeout as sleep } from 'node:timers/promises';
import { median } from './process-usage.ts';

const EVERY_MS = 20;

interface Told {
  readonly atMs: number;
  readonly offset: number;
}

/** Asks both sides in turn how far they are; the lag is for how long the source has been where the target is now. */
export class LagSampler {
  private readonly lagsMs: number[] = [];
  private stopped = false;
  private readonly running: Promise<void>;

  constructor(source: () => Promise<number>, applied: () => Promise<number>) {
    this.running = this.run(source, applied);
  }

  private async run(source: () => Promise<number>, applied: () => Promise<number>): Promise<void> {
    // The source's own answers, oldest first, of which those are let go of that the target has passed.
    const told: Told[] = [];
    while (!this.stopped) {
      told.push({ offset: await source(), atMs: performance.now() });
      const offset = await applied();
      const atMs = performance.now();
      while (told.length > 1 && told[1]!.offset <= offset) told.shift();
      const [before, behind] = told;
      if (before && behind && before.offset <= offset) {
        const share = (offset - before.offset) / (behind.offset - before.offset);
        this.lagsMs.push(atMs - (before.atMs + share * (behind.atMs - before.atMs)));
      } else if (before && before.offset <= offset) this.lagsMs.push(0);
      await sleep(EVERY_MS);
    }
  }

  /** @returns the median of what was seen, in ms */
  async stop(): Promise<number> {
    this.stopped = true;
    await this.running;
    return median(this.lagsMs);
  }
}
