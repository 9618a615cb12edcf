import type { Finding } from '../../../shared/model/comparison.ts';
import { sleep } from '../world/clock.ts';
import type { DatabaseComparison } from './database-comparison.ts';
import { comparePage } from './page-comparer.ts';
import { RecheckQueue } from './recheck-queue.ts';
import type { SlotTally } from './slot-tally.ts';
import { throwIfAborted } from './throw-if-aborted.ts';

const RECHECK_PAGE = 500;

/** Keys of a database that were found different and are read again, until each of them is known to differ or not to. */
export class Rechecks {
  private readonly comparison: DatabaseComparison;
  private readonly tally: SlotTally;
  private readonly queue: RecheckQueue;
  private differing = 0;

  constructor(comparison: DatabaseComparison, tally: SlotTally) {
    this.comparison = comparison;
    this.tally = tally;
    const { routes, progress } = comparison;
    this.queue = new RecheckQueue(
      () => routes.source.clock.monotonicMs(),
      () => progress.caughtUpToMs,
    );
  }

  /** Notes a key where what was found of it counts at the level of the comparison. */
  note(key: Buffer, finding: Finding | undefined): void {
    if (this.counts(finding)) this.queue.add(key);
  }

  /** So many that were told of do not count any more. */
  forget(differing: number): void {
    this.differing -= differing;
  }

  /** Reads those that are due. `careful`: in slots that do not stand still, too. */
  async reread(careful: boolean): Promise<void> {
    const { routes, progress, onDifference } = this.comparison;
    if (this.queue.size === 0) return;
    await progress.look();
    const due = this.queue.due(RECHECK_PAGE);
    if (due.length === 0) return;
    // What is in a slot that did not stand still is compared anew.
    const keys = due.filter((key) => careful || !routes.restless.has(routes.slotOf(key)));
    const read = new Set<Buffer>();
    await routes.each(keys, careful, comparePage, ({ findings }, of) =>
      of.forEach((key, i) => {
        read.add(key);
        if (!this.queue.settle(key, this.counts(findings[i]) ? findings[i] : undefined)) return;
        const slot = routes.slotOf(key);
        this.differing += 1;
        this.tally.differing[slot]! += 1;
        onDifference(key, slot, findings[i]!);
      }),
    );
    for (const key of due) if (!read.has(key)) this.queue.settle(key, undefined);
  }

  /** Waits until no more than so many are left. @throws LockstepError INTERRUPTED when the signal is aborted */
  async settleDownTo(most: number, careful: boolean): Promise<void> {
    const { routes, db, onProgress, signal, pace } = this.comparison;
    while (this.queue.size > most) {
      throwIfAborted(signal);
      await sleep(routes.source.clock, this.queue.pauseMs());
      await pace.took(0);
      await this.reread(careful);
      if (most > 0) continue;
      onProgress({
        ...{ db, phase: 'reread', keysDone: this.differing },
        keysTotal: this.differing + this.queue.size,
      });
    }
  }

  private counts(finding: Finding | undefined): boolean {
    if (this.comparison.level !== 'names') return finding !== undefined;
    return finding?.kind === 'missing-on-target' || finding?.kind === 'missing-on-source';
  }
}
