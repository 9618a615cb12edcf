import {
  DEFAULT_CHOICES,
  rehearsalChoiceSchema,
  type RehearsalChoice,
} from '../../shared/rehearsal/rehearsal-choice.ts';
import type { RehearsalKind } from '../../shared/rehearsal/report.ts';

/** How a rehearsal is asked for, as it is filled in; null is an empty field. */
export interface ChoiceForm {
  readonly kind: RehearsalKind;
  readonly rtoSeconds: number | null;
  readonly rpoSeconds: number | null;
  readonly inStepSeconds: number | null;
  readonly check: string;
  readonly steadySeconds: number | null;
  readonly comparedMinutes: number | null;
  readonly waitMinutes: number | null;
}

/** By the name of the field. */
export type ChoiceProblems = Readonly<Partial<Record<keyof ChoiceForm, string>>>;

const SECOND_MS = 1000;
const MINUTE_MS = 60_000;
const { copy, failover, cutover } = DEFAULT_CHOICES;

/** As it was asked for the last time, where this kind was. */
export function choiceForm(kind: RehearsalKind, last: RehearsalChoice | null): ChoiceForm {
  const { goals } = last ?? copy;
  const { inStepForMs } = last?.kind === 'copy' ? last : copy;
  const { check = '' } = last?.kind === 'failover' ? last : failover;
  const move = last?.kind === 'cutover' ? last : cutover;
  return {
    kind,
    rtoSeconds: goals.rtoMs / SECOND_MS,
    rpoSeconds: goals.rpoMs / SECOND_MS,
    inStepSeconds: inStepForMs / SECOND_MS,
    check,
    steadySeconds: move.steadyForMs / SECOND_MS,
    comparedMinutes: move.comparedWithinMs / MINUTE_MS,
    waitMinutes: move.waitForMs / MINUTE_MS,
  };
}

/** What is asked for, or what is wrong with it. */
export function choiceOf(
  form: ChoiceForm,
): { readonly choice: RehearsalChoice } | { readonly problems: ChoiceProblems } {
  const choice = rehearsalChoiceSchema.safeParse(asked(form));
  return choice.success ? { choice: choice.data } : { problems: problemsOf(form) };
}

function asked(form: ChoiceForm): unknown {
  const ms = (count: number | null, unitMs: number): number | null =>
    count === null ? null : Math.round(count * unitMs);
  const { kind, check } = form;
  const goals = { rtoMs: ms(form.rtoSeconds, SECOND_MS), rpoMs: ms(form.rpoSeconds, SECOND_MS) };
  switch (kind) {
    case 'copy':
      return {
        kind,
        goals: { ...goals, rtoMs: goals.rtoMs ?? copy.goals.rtoMs },
        inStepForMs: ms(form.inStepSeconds, SECOND_MS),
      };
    case 'failover':
      return {
        ...{ kind, goals, checkMs: failover.checkMs },
        ...(check.trim() !== '' && { check: check.trim() }),
      };
    case 'cutover':
      return {
        kind,
        goals: { ...goals, rpoMs: goals.rpoMs ?? copy.goals.rpoMs },
        steadyForMs: ms(form.steadySeconds, SECOND_MS),
        comparedWithinMs: ms(form.comparedMinutes, MINUTE_MS),
        waitForMs: ms(form.waitMinutes, MINUTE_MS),
      };
  }
}

const MOST_HOURS = 24;

/** Every field that does not fit, whether this kind has it or not: those that it has not are not shown. */
function problemsOf(form: ChoiceForm): ChoiceProblems {
  const fits = (count: number | null, unitMs: number): boolean =>
    count !== null && count >= 0 && count * unitMs <= MOST_HOURS * 60 * MINUTE_MS;
  const seconds = 'Seconds, from 0 to a day of them.';
  const minutes = 'Minutes, from 0 to a day of them.';
  return {
    ...(!fits(form.rtoSeconds, SECOND_MS) && { rtoSeconds: seconds }),
    ...(!fits(form.rpoSeconds, SECOND_MS) && { rpoSeconds: seconds }),
    ...(!fits(form.inStepSeconds, SECOND_MS) && { inStepSeconds: seconds }),
    ...(!fits(form.steadySeconds, SECOND_MS) && { steadySeconds: seconds }),
    ...(!fits(form.comparedMinutes, MINUTE_MS) && { comparedMinutes: minutes }),
    ...(!fits(form.waitMinutes, MINUTE_MS) && { waitMinutes: minutes }),
    check: 'An address that begins with http://, https:// or tcp://host:port, without a password.',
  };
}
