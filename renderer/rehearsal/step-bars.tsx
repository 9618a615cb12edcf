import { CircleCheck, CircleX, LoaderCircle } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatDuration } from '../../shared/format/numbers.ts';
import type { RehearsedStep, StepId } from '../../shared/rehearsal/report.ts';
import { STEP_WORDS } from '../../shared/rehearsal/step-words.ts';
import classes from './rehearsal.module.css';

interface StepBarsProps {
  /** In the order in which they ended. */
  readonly steps: readonly RehearsedStep[];
  /** The one under way, and since when it is: in ms since the rehearsal began. */
  readonly running?: { readonly id: StepId; readonly beganMs: number } | null;
  /** How long the whole has lasted. */
  readonly totalMs: number;
}

/** More are counted. */
const MOST_ROWS = 60;

/** The stopwatch: each step with how long it took, to scale; the one under way counts. */
export function StepBars({ steps, running = null, totalMs }: StepBarsProps): ReactElement {
  const shown = steps.slice(-MOST_ROWS);
  // The clock of this page may be behind the one that the steps were timed by.
  const endMs = Math.max(
    totalMs,
    1,
    ...shown.map(({ beganMs, tookMs }) => beganMs + tookMs),
    running?.beganMs ?? 0,
  );
  const percent = (ms: number): number => (Math.max(0, ms) / endMs) * 100;
  return (
    <>
      {steps.length > shown.length && (
        <p className={classes.dim}>
          {steps.length - shown.length} steps before these are left out here; the saved report has them.
        </p>
      )}
      <ol className={classes.steps} aria-label="Steps">
        {shown.map(({ id, beganMs, tookMs, state, note }, i) => (
          <li key={`${id}-${beganMs}-${i}`} data-state={state}>
            {state === 'done' ? <CircleCheck size={15} aria-hidden /> : <CircleX size={15} aria-hidden />}
            <span className={classes.stepName}>
              {STEP_WORDS[id]}
              {note !== undefined && <small>{note}</small>}
            </span>
            <Bar left={percent(beganMs)} width={percent(tookMs)} />
            <span className={classes.took}>
              {formatDuration(tookMs)}
              {state === 'failed' && <small>broken off</small>}
            </span>
          </li>
        ))}
        {running && (
          <li data-state="running" aria-current="step">
            <LoaderCircle size={15} aria-hidden />
            <span className={classes.stepName}>{STEP_WORDS[running.id]}</span>
            <Bar left={percent(running.beganMs)} width={percent(endMs - running.beganMs)} />
            <span className={classes.took}>{formatWatch(totalMs - running.beganMs)}</span>
          </li>
        )}
      </ol>
    </>
  );
}

const Bar = ({ left, width }: { readonly left: number; readonly width: number }): ReactElement => (
  <span className={classes.track} aria-hidden>
    <span className={classes.bar} style={{ left: `${left}%`, width: `${width}%` }} />
  </span>
);

/** `0:07`, `12:34`, `1:02:03`: whole seconds that count. */
export function formatWatch(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  const two = (value: number): string => String(value).padStart(2, '0');
  const hours = Math.floor(seconds / 3600);
  const minutes = Math.floor(seconds / 60) % 60;
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
