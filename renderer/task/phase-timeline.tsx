import { VisuallyHidden } from '@mantine/core';
import { Check, Circle, CircleDot, Minus, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { STATUS_WORDS } from '../../shared/format/task-status.ts';
import { toneOf } from '../../shared/model/judgement.ts';
import { activityOf, GOES_ON, isPartial, type TaskStatus } from '../../shared/model/task-status.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import type { Tone } from '../../shared/model/tone.ts';
import { STATUS_ICONS } from '../components/phase-badge.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useJudged } from '../state/judgement.ts';
import { LastingDuration } from './lasting-duration.tsx';
import { timelineSteps, type Side, type Step, type StepStatus, type TimelineStep } from './timeline-model.ts';
import { useTaskPart } from './use-task-part.ts';
import classes from './phase-timeline.module.css';

const STEP_WORDS: Readonly<Record<Step, string>> = {
  connecting: 'Connecting',
  'full-copy': 'Full copy',
  'catching-up': 'Catching up',
  'in-step': 'In step',
};
const STEP_ICONS: Readonly<Record<StepStatus, LucideIcon>> = {
  ahead: Circle,
  now: CircleDot,
  held: CircleDot,
  done: Check,
  skipped: Minus,
};
/** What the icon says to those who see. */
const STATUS_HINTS: Readonly<Record<StepStatus, string>> = {
  ahead: 'to come',
  now: 'now',
  held: 'held up',
  done: 'done',
  skipped: 'not needed',
};
const STATUS_OF_SIDE: Readonly<Record<Side, TaskStatus>> = {
  paused: 'paused',
  partial: 'partial',
  reconnecting: 'retrying',
  restarting: 'restarting',
  failed: 'failed',
  stopping: 'stopping',
  stopped: 'stopped',
  completed: 'completed',
};

const IS_OVER: ReadonlySet<Side> = new Set(['failed', 'stopped', 'completed']);

const pickTimeline = ({ state, phase, sinceMs, timeline, fullOnly, trouble }: TaskView) => {
  const partial = isPartial({ phase, trouble });
  const held = trouble !== null && !GOES_ON.has(trouble.code);
  return {
    state,
    phase: held ? ('reconnecting' as const) : phase,
    sinceMs: trouble && (held || partial) ? trouble.atMs : sinceMs,
    timeline,
    fullOnly,
    partial,
  };
};

/** The steps of a run, when each began and how long it took; what holds the task up stands at its step. */
export function PhaseTimeline({ id }: { readonly id: string }): ReactElement | null {
  const task = useTaskPart(id, pickTimeline);
  const judged = useJudged(id);
  if (!task || !judged) return null;
  const { tone } = judged.judgement;
  // The colour of its own word would say more than is known.
  const doubt = tone === toneOf(activityOf(judged.task)) ? undefined : tone;
  return (
    <ol className={classes.timeline} aria-label="Progress of this run">
      {timelineSteps(task).map((step) => (
        <StepItem key={step.step} {...step} doubt={doubt} />
      ))}
    </ol>
  );
}

interface StepItemProps extends TimelineStep {
  /** The colour of a task that is not what it calls itself. */
  readonly doubt: Tone | undefined;
}

function StepItem({
  step,
  status,
  beganAtMs,
  spentMs,
  runningSinceMs,
  side,
  doubt,
}: StepItemProps): ReactElement {
  const Icon = STEP_ICONS[status];
  const tone = side ? toneOf(STATUS_OF_SIDE[side.kind]) : status === 'now' ? doubt : undefined;
  return (
    <li
      className={classes.step}
      data-step={step}
      data-status={status}
      data-tone={tone}
      {...(status === 'now' || status === 'held' ? { 'aria-current': 'step' as const } : {})}
    >
      <span className={classes.label}>
        <Icon size={13} aria-hidden />
        {STEP_WORDS[step]}
        <VisuallyHidden>, {STATUS_HINTS[status]}</VisuallyHidden>
        {side && <SideText {...side} />}
      </span>
      <div className={classes.times}>
        {status === 'skipped' && 'not needed'}
        {beganAtMs !== null && status !== 'ahead' && (
          <>
            <TimeText atMs={beganAtMs} as="clock" />
            {' · '}
            <LastingDuration spentMs={spentMs} sinceMs={runningSinceMs} />
          </>
        )}
      </div>
    </li>
  );
}

function SideText({ kind, sinceMs }: { readonly kind: Side; readonly sinceMs: number }): ReactElement {
  const status = STATUS_OF_SIDE[kind];
  const Icon = STATUS_ICONS[status];
  return (
    <span className={classes.side}>
      <Icon size={13} aria-hidden />
      {STATUS_WORDS[status]} {IS_OVER.has(kind) ? 'at' : 'since'} <TimeText atMs={sinceMs} as="clock" />
    </span>
  );
}
