import type { Still } from './target-ground.ts';
import type { Clock, Timer } from '../world/clock.ts';

export interface StepRunnerOptions {
  readonly clock: Clock;
  /** What is to be done next, as of now. */
  readonly step: (still: Still) => Promise<void>;
  /** Whether it has to wait for `resume`, as of now. */
  readonly held: () => boolean;
  /** A step that is still wanted has failed. */
  readonly onFault: (error: unknown) => void;
}

/** Does steps one at a time, and never forgets that one was wanted while another was under way. */
export class StepRunner {
  private readonly options: StepRunnerOptions;
  /** Rises whenever the ground is taken away from the step that is under way. */
  private turn = 0;
  private wanted = false;
  private postponed = false;
  private closed = false;
  private timer: Timer | undefined;
  working = false;
  /** The step that is under way, or the last one. Never rejects. */
  current: Promise<void> = Promise.resolve();

  constructor(options: StepRunnerOptions) {
    this.options = options;
  }

  /** Does the next step; while one is under way, after it. */
  run(): void {
    if (this.closed) return;
    this.wanted = this.working;
    if (this.working) return;
    this.postponed = this.options.held();
    if (this.postponed) return;
    this.options.clock.clear(this.timer);
    this.working = true;
    const { turn } = this;
    const still: Still = () => this.turn === turn;
    this.current = this.options
      .step(still)
      .catch((error: unknown) => {
        // What came of a step that is not wanted any more says nothing of the one that is.
        if (still()) this.options.onFault(error);
      })
      .finally(() => {
        this.working = false;
        if (this.wanted) this.run();
      });
  }

  runAfter(waitMs: number): void {
    this.options.clock.clear(this.timer);
    this.timer = this.options.clock.setTimeout(() => this.run(), waitMs);
  }

  runOnResume(): void {
    this.options.clock.clear(this.timer);
    this.postponed = true;
  }

  /** Does the step that was held, if there is one. */
  resume(): void {
    if (this.postponed) this.run();
  }

  /** Whatever the step that is under way was begun for is gone. */
  supersede(): void {
    this.turn += 1;
  }

  /** No further step is begun. */
  close(): void {
    this.closed = true;
    this.options.clock.clear(this.timer);
    this.supersede();
  }
}
