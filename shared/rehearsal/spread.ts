import type { Spread } from './report.ts';

/** So many readings are kept; beyond it every second one is let go of, and from then on half as many are taken. */
const MOST_READINGS = 20_000;

/** Readings of one figure over time, in bounded memory. The worst is always exact. */
export class Readings {
  private kept: number[] = [];
  private step = 1;
  private count = 0;
  private worst = 0;

  add(reading: number): void {
    this.worst = this.count === 0 ? reading : Math.max(this.worst, reading);
    if (this.count % this.step === 0) this.kept.push(reading);
    this.count += 1;
    if (this.kept.length <= MOST_READINGS) return;
    this.kept = this.kept.filter((_, i) => i % 2 === 0);
    this.step *= 2;
  }

  /** null before the first. */
  spread(): Spread | null {
    if (this.count === 0) return null;
    const sorted = this.kept.toSorted((a, b) => a - b);
    const at = (share: number): number =>
      sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)]!;
    return { count: this.count, p50: at(0.5), p99: at(0.99), worst: this.worst };
  }
}
