import type { DraftProblem } from '../../../shared/model/draft-problems.ts';

/** The steps of the set-up, in order; a draft's `step` is an index of this list. */
export const STEPS = [
  { title: 'Source and target', heading: 'Where from, and where to' },
  { title: 'What to copy', heading: 'What to copy' },
  { title: 'How to run', heading: 'How to run' },
  { title: 'Precheck', heading: 'Precheck' },
  { title: 'Start', heading: 'Start' },
] as const;

export const PRECHECK_STEP = 3;
export const LAST_STEP = STEPS.length - 1;

export const problemsOfStep = (problems: readonly DraftProblem[], step: number): readonly DraftProblem[] =>
  problems.filter((problem) => problem.step === step);

/** The last step that may be opened: the first with a problem, the precheck until it has passed, or the last one. */
export function lastReachableStep(problems: readonly DraftProblem[], prechecked: boolean): number {
  return Math.min(...problems.map(({ step }) => step), prechecked ? LAST_STEP : PRECHECK_STEP);
}
