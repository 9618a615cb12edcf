import type { Workload } from './workload.ts';

const COUNTERS = 10;
const TTL_MS = 1500;
/** An extension comes this long before the counter would run out. */
const MARGIN_MS = 300;

/**
 * Counters under a short expiry that is extended just before it runs out, as rate limits and leases are. A follower that
 * applies the stream late and lets the counter expire by its own clock starts it again from 0.
 */
export class GuardedCounters {
  private readonly extendAtMs = new Map<string, number>();

  /** Counts up one of them in the selected database, and extends each that is due there. */
  write(w: Workload): void {
    w.out.add('INCR', this.name(w, w.random.below(COUNTERS)));
    for (let i = 0; i < COUNTERS; i++) {
      const name = this.name(w, i);
      const slot = `${w.db} ${name}`;
      if ((this.extendAtMs.get(slot) ?? 0) > w.nowMs) continue;
      this.extendAtMs.set(slot, w.nowMs + TTL_MS - MARGIN_MS);
      w.out.add('INCR', name);
      w.out.add('PEXPIRE', name, TTL_MS);
    }
  }

  private name(w: Workload, index: number): string {
    return `${w.prefix}guarded:${index}`;
  }
}
