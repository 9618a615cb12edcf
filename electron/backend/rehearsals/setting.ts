import type { Goals } from '../../../shared/rehearsal/report.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { StartEngine } from '../engine-process.ts';
import type { StepListener } from './recorder.ts';

/** What every rehearsal is given by its host. */
export interface RehearsalSetting {
  readonly startEngine: StartEngine;
  readonly spec: TaskSpec;
  readonly goals: Goals;
  /** How its task is called in the report, within a sentence; left out, by its name. */
  readonly called?: string;
  /** Of Lockstep. */
  readonly version: string;
  readonly onStep: StepListener;
  /** Breaks the rehearsal off; what was measured by then is reported. */
  readonly signal: AbortSignal;
}
