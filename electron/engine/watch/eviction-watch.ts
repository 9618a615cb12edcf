import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Evictions } from '../control/evictions.ts';

/** What of the watch is kept in the checkpoint, so that the next run goes on with it. */
export type EvictionMarks = Pick<Checkpoint, 'evicted' | 'evictionsSeen' | 'targetRunId'>;

/**
 * Counts the keys that the target has evicted since the full copy, over all runs: what it evicts, the source still has, and
 * nothing brings it back. What it evicts for others counts as well, since it does not say which keys they were.
 */
export class EvictionWatch {
  private seen: Evictions = { counters: new Map(), policy: '' };
  /** Evicted since the full copy began. */
  count = 0;

  get policy(): string {
    return this.seen.policy;
  }

  get marks(): EvictionMarks {
    const counters = [...this.seen.counters];
    const [first] = counters;
    return {
      evicted: this.count,
      evictionsSeen: counters.reduce((sum, [, keys]) => sum + keys, 0),
      targetRunId:
        counters.length > 1 ? counters.map((counter) => counter.join(':')).join(' ') : (first?.[0] ?? ''),
    };
  }

  /** A full copy begins: it brings back what was evicted before. */
  begin(now: Evictions): void {
    this.count = 0;
    this.seen = now;
  }

  /** The task goes on from what an earlier run left, and what the target has evicted meanwhile. @returns the latter */
  goOn(marks: EvictionMarks, now: Evictions): number {
    this.count = marks.evicted;
    this.seen = { counters: countersOf(marks), policy: now.policy };
    return this.look(now);
  }

  /** @returns how many keys were evicted since the last look */
  look(now: Evictions): number {
    let added = 0;
    for (const [runId, keys] of now.counters) {
      const before = this.seen.counters.get(runId) ?? 0;
      added += keys - (keys >= before ? before : 0);
    }
    this.seen = now;
    this.count += added;
    return added;
  }
}

/** One server is known by its run id alone; of several each stands with its own count. */
function countersOf({ evictionsSeen, targetRunId }: EvictionMarks): Map<string, number> {
  if (!targetRunId.includes(':')) return new Map([[targetRunId, evictionsSeen]]);
  return new Map(
    targetRunId.split(' ').map((counter) => {
      const [runId = '', keys] = counter.split(':');
      return [runId, Number(keys)];
    }),
  );
}
