import type { Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskLog } from '../events/task-log.ts';
import type { SourceFeed } from '../intake/source-feed.ts';
import { Deferred } from '../pacing/deferred.ts';
import type { Pace } from '../pacing/pace.ts';
import type { Servers } from '../target/servers.ts';
import { nextTurn, sleep, type Clock } from '../world/clock.ts';
import type { Goal } from './goal.ts';
import type { Sampler } from './sampler.ts';
import type { TargetSide } from './target-side.ts';

const DRAIN_LIMIT_MS = 10_000;
/** A source that does not answer by then is cut off all the same. */
const LOOK_BEFORE_CUT_MS = 500;

export interface WaysOutOptions {
  readonly clock: Clock;
  readonly servers: Servers;
  readonly feed: SourceFeed;
  readonly target: TargetSide;
  readonly sampler: Sampler;
  readonly goal: Goal;
  readonly pace: Pace;
  readonly log: TaskLog;
}

/** How a run comes to its end: it is asked to stop, its source is cut off or gone, or has become a replica of the target. */
export class WaysOut {
  private readonly options: WaysOutOptions;
  /** Resolves with why the run ends, or rejects with the fault that ends it. */
  readonly done = new Deferred<Outcome['reason']>();
  stopping = false;
  /** It was asked to stop before it knew how far the task has come. */
  stoppedEarly = false;
  private endReason: Outcome['reason'] = 'stopped';
  /** The source follows the target; what has come of it is applied when the pause ends. */
  cutOverWaits = false;
  /** Nothing can be paused any more. */
  ending = false;
  /** The source is taken for lost: what it had then that never came, once that is known. */
  lost: Promise<Outcome['lost']> | undefined;
  /** It ends where it is, and another run of the same goes on from there at once. */
  suspended = false;

  constructor(options: WaysOutOptions) {
    this.options = options;
  }

  /** Nothing is left to be done. */
  reached(): void {
    this.done.resolve(this.endReason);
  }

  /** See Run. */
  stop(how: Stop): void {
    const { clock, target, goal, pace } = this.options;
    if (!target.progress.known) {
      this.stoppedEarly = true;
      return;
    }
    if (!target.progress.standing) return this.done.reject(this.interrupted());
    if (how === 'now' || this.stopping || pace.paused || !target.streaming) {
      this.done.resolve('stopped');
      return;
    }
    this.stopping = true;
    // What is left of a source that is gone is applied whole.
    if (goal.last) return;
    if (how === 'cut') {
      this.lost = this.cut();
      return;
    }
    clock.setTimeout(() => this.done.resolve('stopped'), DRAIN_LIMIT_MS).unref();
    void goal.drain();
  }

  /** @returns what the source had then that never came; undefined where it could not be asked, or the run has ended before */
  private async cut(): Promise<Outcome['lost']> {
    const { clock, feed, sampler, log, goal } = this.options;
    // What never comes was written after the source told where it is, where all up to there has come.
    await Promise.race([sampler.sampleSource(), sleep(clock, LOOK_BEFORE_CUT_MS)]);
    await nextTurn(clock);
    if (this.ending) return undefined;
    const received = feed.receivedOffset;
    feed.leave('INTERRUPTED');
    const cutAtMs = clock.now();
    // Asked after that, since what it told before says nothing of what it wrote until then.
    const asking = sampler.sampleSource();
    log.cut();
    goal.drainReceived();
    return typeof (await asking) === 'number' ? sampler.behind(received, cutAtMs) : undefined;
  }

  /** Ends where it is, with expiry left as it is written: another run of the same goes on from there at once. */
  suspend(): void {
    this.suspended = true;
    this.done.resolve('stopped');
  }

  /** A pause is over. */
  resumed(): void {
    if (this.cutOverWaits) this.cutOver();
  }

  /** As which a run ends that has not come as far as to stop in order. */
  interrupted(): LockstepError {
    const { known, fullCopies } = this.options.target.progress;
    const fact = !known
      ? 'nothing was changed, as it had not looked at the target yet; the next run goes on from where the task stands'
      : fullCopies > 0
        ? 'the full copy was not complete; it begins anew with the next run'
        : 'the full copy had not begun; it begins with the next run';
    return new LockstepError('INTERRUPTED', fact);
  }

  /** The source has no primary: perhaps because somebody makes it a replica of the target, which ends the task. */
  async lookAtSource(): Promise<void> {
    try {
      await this.options.servers.refuseRelated();
    } catch (error) {
      const followsTarget = error instanceof LockstepError && error.code === 'SOURCE_IS_TARGET';
      if (followsTarget && !this.cutOverWaits) this.sourceGone(error);
    }
  }

  sourceGone(error: LockstepError): void {
    const { servers, target, feed, log, pace, sampler } = this.options;
    if (this.ending) return;
    const { relation } = servers;
    const moved = relation === 'source-follows' || relation === 'one-server';
    if (error.code !== 'SOURCE_IS_TARGET' || !moved || !target.progress.standing || this.cutOverWaits)
      return this.done.reject(error);
    this.cutOverWaits = true;
    feed.leave('SOURCE_IS_TARGET');
    log.cutOver(relation, pace.paused, sampler.sourceOffset - feed.receivedOffset);
    if (!pace.paused) this.cutOver();
  }

  /**
   * What had come of the source's own history is applied, however long that takes, as it is nowhere else any more; then the
   * target is handed over.
   */
  private cutOver(): void {
    this.endReason = 'cut-over';
    this.options.goal.drainReceived();
  }
}
