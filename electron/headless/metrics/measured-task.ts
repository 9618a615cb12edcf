import type { Judgement } from '../../../shared/model/judgement.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';

/** A task as its metrics tell it. What differs by its host has been made alike before. */
export interface MeasuredTask {
  /** The id that a host gave it, or on the command line its name. */
  readonly task: string;
  readonly name: string;
  readonly group: string;
  readonly source: string;
  readonly target: string;
  readonly spoolMaxBytes: number;
  readonly startedAtMs: number | null;
  readonly metrics: TaskView['metrics'];
  readonly drift: TaskView['drift'];
  readonly compared: TaskView['compared'];
  readonly judgement: Judgement;
  /** A run works for it, so what is said of now is so. */
  readonly atWork: boolean;
}
