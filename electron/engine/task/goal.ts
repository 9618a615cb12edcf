import type { SourceFeed } from '../intake/source-feed.ts';
import type { Pace } from '../pacing/pace.ts';
import type { Sampler } from './sampler.ts';
import type { TargetProgress } from './target-progress.ts';
import type { TargetSide } from './target-side.ts';
import type { TaskEvents } from '../events/task-events.ts';

export interface GoalOptions {
  readonly feed: Pick<SourceFeed, 'connected' | 'receivedOffset'>;
  readonly target: Pick<TargetSide, 'streaming' | 'hurry'> & {
    readonly progress: Pick<TargetProgress, 'appliedOffset'>;
  };
  readonly sampler: Pick<Sampler, 'asked' | 'sampleSource' | 'standing'>;
  readonly pace: Pick<Pace, 'paused'>;
  readonly events: Pick<TaskEvents, 'phase'>;
  /** False while something else keeps the task from being in step, wherever the target stands. */
  readonly settled: () => boolean;
  /** Whether it is so is looked at anew before anything is called reached; never rejects. undefined where nothing is to be looked at. */
  readonly confirm?: (() => Promise<void>) | undefined;
  /** The target has what the source had a moment ago, for the first time since it was last behind. */
  readonly onInStep: () => void;
  /** All is applied that was to be before the run ends. */
  readonly onEnd: () => void;
}

/** How far the target has to come to be in step, or for the run to end. */
export class Goal {
  private readonly options: GoalOptions;
  private offset: number | undefined;
  /** Since it has been catching up: how often the source had been asked by then. What it was asked before says nothing of now. */
  private since = 0;
  /** What has to be reached is not known yet: the source tells as soon as it can be asked. */
  private wanted = false;
  private reached = false;
  private confirming = false;
  private confirmed = false;
  /** Nothing is left to be done once it is reached. */
  last = false;

  constructor(options: GoalOptions) {
    this.options = options;
  }

  /** Nothing is aimed at for now. */
  drop(): void {
    this.offset = undefined;
  }

  /** The target stands at this offset. */
  committed(offset: number): void {
    const { sampler, settled, confirm, onInStep, onEnd } = this.options;
    if (this.offset === undefined || offset < this.offset) return;
    if (!this.last && (sampler.standing.orphaned || this.reached || !settled())) return;
    if (confirm && !this.confirmed) {
      if (!this.confirming) void this.lookAnew(confirm);
      return;
    }
    if (this.last) return onEnd();
    this.reached = true;
    onInStep();
  }

  private async lookAnew(confirm: () => Promise<void>): Promise<void> {
    this.confirming = true;
    await confirm();
    this.confirming = false;
    this.confirmed = true;
    this.committed(this.options.target.progress.appliedOffset);
    this.confirmed = false;
  }

  /** What the source has now is what must be applied to be in step. */
  async sample(): Promise<void> {
    const { feed, sampler, events } = this.options;
    this.reached = false;
    // What was to be reached before says nothing of now.
    if (!this.last) this.offset = undefined;
    this.wanted = false;
    const since = sampler.asked;
    this.since = since;
    // Without the source nobody knows what it has; when it is back, this is asked again.
    if (!feed.connected) return events.phase('reconnecting');
    events.phase('catching-up');
    const offset = await sampler.sampleSource();
    if (since !== this.since) return;
    if (offset === 'unheard') this.wanted = true;
    else this.pursue(offset === 'untold' ? feed.receivedOffset : offset);
  }

  /** The source has told where it stands; `nth`: see Sampler.asked. */
  told(offset: number, nth: number): void {
    if (this.wanted && nth > this.since) this.pursue(offset);
  }

  /** The source has lost its own primary: nobody is in step until it has it again. */
  lost(): void {
    this.reached = false;
    if (!this.last) this.offset = undefined;
  }

  /** The run ends with what the source has written by now; it may still be on its way, so the source is asked, unless it is out of reach. */
  async drain(): Promise<void> {
    const { feed, sampler } = this.options;
    this.last = true;
    this.offset = undefined;
    const offset = feed.connected ? await sampler.sampleSource() : undefined;
    this.aim(Math.max(typeof offset === 'number' ? offset : 0, feed.receivedOffset));
  }

  /** The run ends with what has come. */
  drainReceived(): void {
    this.last = true;
    this.options.events.phase('catching-up');
    this.aim(this.options.feed.receivedOffset);
  }

  private pursue(offset: number): void {
    const { pace, target, sampler, events } = this.options;
    this.wanted = false;
    if (this.last || pace.paused || !target.streaming) return;
    // A source that has lost its own primary does not have what there is.
    if (sampler.standing.orphaned) return events.phase('reconnecting');
    this.aim(offset);
  }

  private aim(offset: number): void {
    const { target } = this.options;
    this.offset = offset;
    target.hurry(offset);
    this.committed(target.progress.appliedOffset);
  }
}
