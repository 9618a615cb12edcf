import { sayingOf, type DriftSaying } from './drift-saying.ts';
import { figureAges, FRESH_MS, type FigureAges, type Heard } from './figure-age.ts';
import type { Metrics } from './metrics.ts';
import { permanentDelta } from './steady-drift.ts';
import { activityOf, type TaskStatus } from './task-status.ts';
import { isAtWork, type Compared, type TaskView } from './task-view.ts';
import type { Tone } from './tone.ts';

/** Further behind than this nobody would call it in step, whatever it has once reached. */
export const IN_STEP_SECONDS = 10;

export type JudgedTask = Heard<
  Pick<
    TaskView,
    'state' | 'phase' | 'trouble' | 'sinceMs' | 'startedAtMs' | 'metrics' | 'drift' | 'compared' | 'renewed'
  >
>;

/** The last comparison, and whether what it has read is what the two sides hold. */
export interface ComparedStanding extends Compared {
  /** What has replaced it since; null while nothing has. */
  readonly replacedBy: 'copy' | 'servers' | null;
}

/** How a task is: the one judgement that every place reads, so that no two of them say different things. */
export interface Judgement {
  readonly status: TaskStatus;
  readonly tone: Tone;
  /** Which side there is no news of, where that is the status. */
  readonly unheard: 'engine' | 'source' | null;
  readonly ages: FigureAges;
  readonly lagTone: Tone | undefined;
  readonly drift: {
    readonly saying: DriftSaying;
    readonly tone: Tone;
    /** Keys without expiry; null where they were not counted. */
    readonly difference: number | null;
    /** Which side has more of them: in some databases the one, in some the other is `both`; null where they are equal. */
    readonly more: 'source' | 'target' | 'both' | null;
  };
  readonly compared: ComparedStanding | null;
}

/** In these an engine reports once a second, and says how far it is. */
const REPORTING: ReadonlySet<TaskStatus> = new Set([
  'receiving',
  'full-copy',
  'clearing',
  'catching-up',
  'partial',
  'in-step',
]);

const TONES: Readonly<Record<TaskStatus, Tone>> = {
  failed: 'bad',
  retrying: 'warn',
  restarting: 'warn',
  starting: 'work',
  connecting: 'work',
  asking: 'warn',
  receiving: 'work',
  'full-copy': 'work',
  clearing: 'work',
  'catching-up': 'work',
  partial: 'warn',
  unheard: 'warn',
  differs: 'bad',
  'in-step': 'good',
  pausing: 'work',
  paused: 'calm',
  stopping: 'calm',
  releasing: 'work',
  stopped: 'calm',
  completed: 'good',
};

/** The colour of a status by itself. */
export const toneOf = (status: TaskStatus): Tone => TONES[status];

/** Green says that all is well, so it gives way to what is said of the two sides. */
const SPOILS: Readonly<Partial<Record<DriftSaying, Tone>>> = {
  evicted: 'bad',
  found: 'warn',
  lasting: 'warn',
};

/** `nowMs`: by the clock of whoever looks. */
export function judge(task: JudgedTask, nowMs: number): Judgement {
  const ages = figureAges(task, nowMs);
  const activity = activityOf(task);
  const compared = comparedStanding(task);
  const { drift, metrics } = task;
  const { saying, tone } = sayingOf({
    atRest: !isAtWork(task.state),
    activity,
    verdict: ages.counts.kind === 'none' ? 'unknown' : drift.verdict,
    difference: drift.difference ?? 0,
    old: ages.counts.kind === 'old',
    inStepForMs:
      task.phase === 'in-step' && drift.countedAtMs !== null
        ? drift.countedAtMs - Math.max(drift.lastZeroAtMs ?? 0, task.sinceMs)
        : 0,
    found: compared !== null && compared.differences > 0 && compared.replacedBy === null,
  });
  const unheard = unheardOf(activity, ages);
  const late = isLate(metrics);
  const status = unheard
    ? 'unheard'
    : activity !== 'in-step'
      ? activity
      : late
        ? 'catching-up'
        : saying === 'real' || saying === 'evicted'
          ? 'differs'
          : activity;
  const own = TONES[status];
  return {
    status,
    tone: own === 'good' ? (SPOILS[saying] ?? own) : own,
    unheard,
    ages,
    lagTone: ages.source.kind === 'now' && activity === 'in-step' && late ? 'warn' : undefined,
    drift: { saying, tone, difference: drift.difference, more: metrics && moreOn(metrics.databases) },
    compared,
  };
}

/** It was in step once, and is too far behind to be called so now. */
export const isLate = (metrics: Pick<Metrics, 'lag'> | null): boolean =>
  metrics !== null && metrics.lag.seconds > IN_STEP_SECONDS;

/** Whether what an engine calls in step is so, by a report alone, as a command line has it: see `TaskStatus`. */
export function judgeInStep(
  metrics: Pick<Metrics, 'lag' | 'atMs' | 'sourceAtMs'>,
): 'in-step' | 'catching-up' | 'unheard' {
  if (metrics.atMs - (metrics.sourceAtMs ?? metrics.atMs) > FRESH_MS) return 'unheard';
  return isLate(metrics) ? 'catching-up' : 'in-step';
}

function unheardOf(activity: TaskStatus, { report, source }: FigureAges): Judgement['unheard'] {
  if (!REPORTING.has(activity)) return null;
  if (report.kind === 'old') return 'engine';
  return activity === 'in-step' && source.kind === 'old' ? 'source' : null;
}

const comparedStanding = ({ compared, renewed }: JudgedTask): ComparedStanding | null =>
  compared && { ...compared, replacedBy: replacedSince(compared.startedAtMs, renewed) };

/** What has replaced what a comparison has read that began then. */
export const replacedSince = (
  startedAtMs: number | null,
  renewed: JudgedTask['renewed'],
): ComparedStanding['replacedBy'] =>
  renewed && startedAtMs !== null && renewed.atMs >= startedAtMs ? renewed.by : null;

/** Which side has more keys without expiry. */
function moreOn(counts: Metrics['databases']): Judgement['drift']['more'] {
  const deltas = counts.map(permanentDelta);
  const source = deltas.some((delta) => delta > 0);
  const target = deltas.some((delta) => delta < 0);
  return source && target ? 'both' : source ? 'source' : target ? 'target' : null;
}
