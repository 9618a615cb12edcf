import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import type { Evictions } from '../control/evictions.ts';

/** What of the watch is kept in the checkpoint, so that the next run goes on with it. */
export type EvictionMarks = Pick<Checkpoint, 'evicted' | 'evictionsSeen' | 'targetRunId'>;

/**
 * Counts the keys that the target has evicted since the full copy, over all runs: what it evicts, the source still has, and
 * nothing brings it back. What it evicts for others counts as well, since it does not say which keys they were.
 */
export class EvictionWatch {
  private seen: Evictions = { runId: '', evictedKeys: 0, policy: '' };
  /** Evicted since the full copy began. */
  count = 0;

  get policy(): string {
    return this.seen.policy;
  }

  get marks(): EvictionMarks {
    return { evicted: this.count, evictionsSeen: this.seen.evictedKeys, targetRunId: this.seen.runId };
  }

  /** A full copy begins: it brings back what was evicted before. */
  begin(now: Evictions): void {
    this.count = 0;
    this.seen = now;
  }

  /** The task goes on from what an earlier run left, and what the target has evicted meanwhile. @returns the latter */
  goOn(marks: EvictionMarks, now: Evictions): number {
    this.count = marks.evicted;
    this.seen = { runId: marks.targetRunId, evictedKeys: marks.evictionsSeen, policy: now.policy };
    return this.look(now);
  }

  /** @returns how many keys were evicted since the last look */
  look(now: Evictions): number {
    const sameCounter = now.runId === this.seen.runId && now.evictedKeys >= this.seen.evictedKeys;
    const added = now.evictedKeys - (sameCounter ? this.seen.evictedKeys : 0);
    this.seen = now;
    this.count += added;
    return added;
  }
}
