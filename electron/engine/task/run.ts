import type { Limits, Outcome, Stop } from '../../../shared/contract/engine-messages.ts';
import type { AskedKey } from '../repair/asked-keys.ts';
import type { Metrics, Phase } from '../../../shared/model/metrics.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';

/** One run of a task, as whoever has started it sees it. */
export interface Run {
  /** Runs to the end. @throws LockstepError */
  run(): Promise<Outcome>;
  /**
   * `drain` applies what the source has written so far, within 10 s; `now` ends at the last checkpoint, and so does `drain`
   * while the task is paused. `cut` closes the link to the source, and applies all that has come; while nothing is streamed it is as
   * `now`. Either way expiry on the target is made exact then.
   */
  stop(how: Stop): void;
  pause(): void;
  resume(): void;
  /** To a question as it was told; nothing when another is asked by now, or none. */
  answer(question: TaskQuestion, agreed: boolean): void;
  /** Holds from now on, for the copy and the stream. */
  setLimits(limits: Limits): void;
  /**
   * Keys are to be brought to what the source has while the stream is applied; each is settled by and by, unless the run ends before.
   */
  repair(keys: readonly AskedKey[]): void;
  metrics(phase: Phase): Metrics;
  /** True once this run has written anything that a later one can go on from. */
  readonly resumable: boolean;
  /** Every expiry on the target is exact, whatever the run ended with. */
  readonly handedOver: boolean;
}
