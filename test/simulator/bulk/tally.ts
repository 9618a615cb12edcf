import type { Verdict } from '../simulation.ts';

/** What is told of one history by whoever ran it. */
export interface Told extends Pick<Verdict, 'seed' | 'virtualMs' | 'counts'> {
  /** The first thing that was wrong; undefined for a history that is as it should be. */
  readonly fault: string | undefined;
}

export const toldOf = ({ seed, virtualMs, counts, faults }: Verdict): Told => ({
  ...{ seed, virtualMs, counts, fault: faults[0] },
});

/** What came of many histories. */
export class Tally {
  private readonly counts = new Map<string, number>();
  private virtualMs = 0;
  private readonly beganMs = performance.now();
  readonly wrong: number[] = [];
  run = 0;

  add({ seed, virtualMs, counts, fault }: Told): void {
    this.run += 1;
    this.virtualMs += virtualMs;
    for (const [what, count] of Object.entries(counts))
      this.counts.set(what, (this.counts.get(what) ?? 0) + count);
    if (fault !== undefined) this.wrong.push(seed);
  }

  get lines(): readonly string[] {
    const seconds = (performance.now() - this.beganMs) / 1000;
    const hours = (this.virtualMs / 3_600_000).toFixed(1);
    return [
      [...this.counts].map(([what, count]) => `${what} ${count}`).join(', '),
      `${this.run} histories of ${hours} hours in ${seconds.toFixed(0)} s, ${this.wrong.length} not as they should be`,
    ];
  }
}
