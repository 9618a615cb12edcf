import type { Phase } from '../../shared/model/metrics.ts';
import type { TaskState, TaskView } from '../../shared/model/task-view.ts';

/** The four steps of a task on its way, in order. */
export const STEPS = ['connecting', 'full-copy', 'catching-up', 'in-step'] as const;
export type Step = (typeof STEPS)[number];

/** What interrupts a step, or follows the last one. */
export type Side =
  'paused' | 'partial' | 'reconnecting' | 'restarting' | 'failed' | 'stopping' | 'stopped' | 'completed';

/** `skipped`: the run went past it, as one that resumed does past the full copy. */
export type StepStatus = 'ahead' | 'now' | 'held' | 'done' | 'skipped';

export interface TimelineStep {
  readonly step: Step;
  readonly status: StepStatus;
  /** When it first began in this run, and how long the run was in it altogether; null when it was not. */
  readonly beganAtMs: number | null;
  /** Up to the beginning of the present phase; for a step that lasts, add what has passed since `runningSinceMs`. */
  readonly spentMs: number;
  readonly runningSinceMs: number | null;
  /** What holds the task up at this step. */
  readonly side: { readonly kind: Side; readonly sinceMs: number } | null;
}

export interface TimelineInput extends Pick<
  TaskView,
  'state' | 'phase' | 'sinceMs' | 'timeline' | 'fullOnly'
> {
  /** See isPartial. */
  readonly partial?: boolean;
}

/** A timeline of this length has lost its beginning. */
const TIMELINE_BOUND = 50;

const STEP_OF: Readonly<Record<Phase, Step | undefined>> = {
  connecting: 'connecting',
  // The target is made ready for the copy, which is about to come.
  receiving: 'full-copy',
  asking: 'full-copy',
  clearing: 'full-copy',
  'full-copy': 'full-copy',
  'catching-up': 'catching-up',
  'in-step': 'in-step',
  paused: undefined,
  reconnecting: undefined,
  releasing: undefined,
  ended: undefined,
};

/** The phases of a run as the steps that people follow it by. Side states stand at the step that they interrupt. */
export function timelineSteps(task: TimelineInput): readonly TimelineStep[] {
  const { timeline } = task;
  const began = new Map<Step, number>();
  const spent = new Map<Step, number>();
  let current: Step | undefined;
  for (const [index, { phase, atMs }] of timeline.entries()) {
    const step = STEP_OF[phase];
    if (!step) continue;
    current = step;
    if (!began.has(step)) began.set(step, atMs);
    const next = timeline[index + 1];
    if (next) spent.set(step, (spent.get(step) ?? 0) + next.atMs - atMs);
  }
  const last = timeline.at(-1);
  const side = sideOf(task);
  const running = side === undefined && last !== undefined && STEP_OF[last.phase] === current;
  const reached = current === undefined ? -1 : STEPS.indexOf(current);
  const steps = task.fullOnly ? STEPS.slice(0, STEPS.indexOf('full-copy') + 1) : STEPS;
  return steps.map((step, index) => {
    const here = step === current || (current === undefined && index === 0);
    const beganAtMs = began.get(step) ?? null;
    return {
      step,
      status: statusOf({ index, reached, here, began: beganAtMs !== null, task, side }),
      beganAtMs,
      spentMs: spent.get(step) ?? 0,
      runningSinceMs: running && here && last ? last.atMs : null,
      side: here && side ? { kind: side, sinceMs: task.sinceMs } : null,
    };
  });
}

function statusOf(at: {
  readonly index: number;
  readonly reached: number;
  readonly here: boolean;
  readonly began: boolean;
  readonly task: TimelineInput;
  readonly side: Side | undefined;
}): StepStatus {
  if (at.here && at.side === 'completed') return 'done';
  if (at.here && at.side) return 'held';
  if (at.here) return at.reached < 0 && at.task.state === 'stopped' ? 'ahead' : 'now';
  if (at.index > at.reached) return 'ahead';
  return at.began || at.task.timeline.length >= TIMELINE_BOUND ? 'done' : 'skipped';
}

const SIDE_OF_STATE: Partial<Readonly<Record<TaskState, Side>>> = {
  stopped: 'stopped',
  paused: 'paused',
  stopping: 'stopping',
  restarting: 'restarting',
  failed: 'failed',
  completed: 'completed',
};

function sideOf({ state, phase, timeline, partial }: TimelineInput): Side | undefined {
  // A task that has never run waits before its first step; nothing has stopped it.
  if (state === 'stopped' && timeline.length === 0) return undefined;
  // It is to be paused, and its engine has not said yet that it is.
  const pausing = state === 'paused' && phase !== 'paused' && phase !== 'reconnecting';
  return (
    (pausing ? undefined : SIDE_OF_STATE[state]) ??
    (phase === 'reconnecting' ? 'reconnecting' : partial ? 'partial' : undefined)
  );
}
