import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import type { Goals } from '../../../shared/rehearsal/report.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { StartEngine } from '../engine-process.ts';
import type { RunningTask } from '../run-task.ts';
import type { StepListener } from './recorder.ts';

/** A run of a task, whoever owns it. */
export interface FollowedRun extends Pick<RunningTask, 'outcome' | 'stop'> {
  /** It goes on without the rehearsal; left out where it is to be stopped. */
  readonly leave?: () => void;
}

/** A task that is there beside the rehearsal, and is run by its own owner. */
export interface OwnTask {
  /** It runs: nothing has to be looked at before it can. */
  readonly running: boolean;
  /** Its run: the one under way, or one that is begun. @throws LockstepError */
  run(onEvent: (event: EngineEvent) => void): FollowedRun;
}

/** What every rehearsal is given by its host. */
export interface RehearsalSetting {
  readonly startEngine: StartEngine;
  readonly spec: TaskSpec;
  readonly goals: Goals;
  /** How its task is called in the report, within a sentence; left out, by its name. */
  readonly called?: string;
  /** Left out, an engine is started for each run of its task. */
  readonly own?: OwnTask;
  /** Of Lockstep. */
  readonly version: string;
  readonly onStep: StepListener;
  /** Breaks the rehearsal off; what was measured by then is reported. */
  readonly signal: AbortSignal;
}
