import type { TaskStatus } from './task-status.ts';
import type { DriftVerdict } from './task-view.ts';
import type { Tone } from './tone.ts';

/** Changes that are on their way arrive within moments of a task that is in step. */
export const LONG_IN_FLIGHT_MS = 60_000;

/** What is known of the two sides, as far as it bears on whether they hold the same. */
export interface DriftFacts {
  /** No run works: the counts are those that the last one has left. */
  readonly atRest: boolean;
  /** What the task is doing by its own word. */
  readonly activity: TaskStatus;
  readonly verdict: DriftVerdict;
  /** Keys without expiry. */
  readonly difference: number;
  /** The counts are too old to be said of now. */
  readonly old: boolean;
  /** How long it has been in step and never 0, in ms. */
  readonly inStepForMs: number;
  /** The last comparison has found differences, and nothing has replaced what it has read. */
  readonly found: boolean;
}

const COPYING: ReadonlySet<TaskStatus> = new Set(['receiving', 'asking', 'full-copy', 'clearing']);
const PAUSED: ReadonlySet<TaskStatus> = new Set(['pausing', 'paused']);
const HELD_UP: ReadonlySet<TaskStatus> = new Set(['retrying', 'restarting', 'starting', 'connecting']);

interface Row {
  readonly tone: Tone;
  readonly when: (facts: DriftFacts) => boolean;
}

/**
 * What is said of the difference between the two sides: the first row that fits. What has been proved comes before what counts let one
 * think, and what was before what is.
 */
const ROWS = {
  unknown: { tone: 'calm', when: ({ verdict }) => verdict === 'unknown' },
  evicted: { tone: 'bad', when: ({ verdict }) => verdict === 'evicted' },
  found: { tone: 'bad', when: ({ found }) => found },
  'left-equal': { tone: 'calm', when: ({ atRest, difference }) => atRest && difference === 0 },
  'left-different': { tone: 'calm', when: ({ atRest }) => atRest },
  old: { tone: 'calm', when: ({ old }) => old },
  copying: { tone: 'work', when: ({ activity, difference }) => COPYING.has(activity) && difference > 0 },
  waiting: { tone: 'calm', when: ({ activity, difference }) => PAUSED.has(activity) && difference > 0 },
  'held-up': { tone: 'warn', when: ({ activity, difference }) => HELD_UP.has(activity) && difference > 0 },
  real: { tone: 'bad', when: ({ verdict }) => verdict === 'real' },
  'own-keys': { tone: 'warn', when: ({ verdict }) => verdict === 'own-keys' },
  lasting: {
    tone: 'warn',
    when: ({ verdict, inStepForMs }) => verdict === 'in-flight' && inStepForMs > LONG_IN_FLIGHT_MS,
  },
  'in-flight': { tone: 'work', when: ({ verdict }) => verdict === 'in-flight' },
  expiry: { tone: 'good', when: ({ verdict }) => verdict === 'expiry' },
  none: { tone: 'good', when: () => true },
} as const satisfies Record<string, Row>;

export type DriftSaying = keyof typeof ROWS;
export const DRIFT_SAYINGS = Object.keys(ROWS) as readonly DriftSaying[];

/** What is said of a difference, and the colour of it. */
export function sayingOf(facts: DriftFacts): { readonly saying: DriftSaying; readonly tone: Tone } {
  const saying = DRIFT_SAYINGS.find((name) => ROWS[name].when(facts)) ?? 'none';
  return { saying, tone: ROWS[saying].tone };
}
