import type { Outcome } from '../../../shared/contract/engine-messages.ts';
import type { OriginsWatch } from '../claim/origins-watch.ts';
import type { ShownPhase } from '../events/shown-phase.ts';
import type { TaskLog } from '../events/task-log.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import { RunEnd, type RunEndOptions } from '../target/run-end.ts';
import type { EvictionWatch } from '../watch/eviction-watch.ts';
import type { Goal } from './goal.ts';
import type { Sampler } from './sampler.ts';
import type { SourceReach } from './source-reach.ts';
import type { TargetSide } from './target-side.ts';
import type { WaysOut } from './ways-out.ts';

export interface LastStepsOptions {
  readonly ground: RunEndOptions;
  readonly out: WaysOut;
  readonly feed: SourceFeed;
  readonly target: TargetSide;
  readonly sampler: Sampler;
  readonly evictions: EvictionWatch;
  readonly goal: Goal;
  readonly origins: OriginsWatch;
  readonly reach: SourceReach;
  readonly log: TaskLog;
  readonly events: ShownPhase;
}

/** What a run does last: it ends its writing, hands the target over, and says what has come of it. */
export class LastSteps {
  private readonly options: LastStepsOptions;
  readonly end: RunEnd;

  constructor(options: LastStepsOptions) {
    this.options = options;
    this.end = new RunEnd(options.ground);
  }

  async finish(reason: Outcome['reason']): Promise<Outcome> {
    const { out, target, feed, sampler, evictions, goal, origins, reach, log, events } = this.options;
    await target.rest();
    // What was evicted since the last look, a second ago, is not to be missing from the outcome.
    await sampler.lookForEvictions().catch(() => undefined);
    const lost = await out.lost;
    const outcome: Outcome = {
      reason,
      resumable: reason !== 'full-copy' && !out.cutOverWaits,
      ...(target.progress.checkpointed ?? {
        replid: feed.replid,
        offset: target.progress.appliedOffset,
      }),
      keysCopied: target.keysCopied,
      commandsApplied: target.applied.commandsApplied,
      fullCopies: target.progress.fullCopies,
      evictedKeys: evictions.count,
      ...(lost && { lost }),
    };
    if (out.suspended) {
      goal.drop();
      await origins.end();
      await target.stopWriting();
      return outcome;
    }
    log.slotsMissing(target.progress.missingSlots);
    const unapplied = feed.receivedOffset - target.progress.appliedOffset;
    if (out.cutOverWaits && unapplied > 0) log.leftOut(unapplied);
    await this.release();
    await Promise.all([outcome.resumable && !out.lost && reach.tellResumable(), sampler.lookLast()]);
    events.phase('ended');
    return outcome;
  }

  /** Hands the target over: nothing more is written, and every expiry is made exact. */
  async release(insistMs?: number): Promise<void> {
    const { out, target, goal, origins, events } = this.options;
    out.ending = true;
    goal.drop();
    events.end();
    // The hand-over notes how often the target was written to by then.
    await origins.end();
    await this.end.run(await target.stopWriting(), insistMs);
  }
}
