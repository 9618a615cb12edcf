import { useEffect, useEffectEvent, useState } from 'react';
import type { FieldPath } from 'react-hook-form';
import { draftProblems } from '../../../shared/model/draft-problems.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { fingerprint } from '../connection/connection-tests.ts';
import { suggestName, UNREADABLE } from '../draft/draft-form.ts';
import { endpointPaths, type Setup } from '../draft/use-setup.ts';
import { lastReachableStep, PRECHECK_STEP, problemsOfStep } from './steps.ts';

export interface Steps {
  readonly step: number;
  /** The last step that may be opened now. */
  readonly reachable: number;
  /** The field that is to be looked at, with the id of the target in which it stands. */
  readonly focus: { readonly path: string; readonly targetId: string | null } | null;
  /** Goes there, or to the first problem on the way. */
  readonly goTo: (step: number) => Promise<void>;
}

/** Which step is open. Going on stores everything first and shows what is missing; going back is always possible. */
export function useSteps({ form, session, tests, test }: Setup, draft: Draft, prechecked: boolean): Steps {
  const problems = draftProblems(form.watch());
  const reachable = lastReachableStep(problems, prechecked);
  // The precheck says by itself whether it still holds.
  const [step, setStep] = useState(() =>
    Math.min(draft.step, lastReachableStep(draftProblems(draft), false)),
  );
  const [focus, setFocus] = useState<Steps['focus']>(null);

  const open = (to: number): void => {
    setStep(to);
    setFocus(null);
    form.setValue('step', to);
  };

  const showProblem = async (on: number): Promise<void> => {
    const found = problemsOfStep(draftProblems(form.getValues()), on);
    open(on);
    await form.trigger(found.map(({ path }) => path as FieldPath<Draft>));
    const first = found[0]!.path;
    const index = /^targets\.(\d+)\./.exec(first)?.[1];
    setFocus({
      path: first,
      targetId: index === undefined ? null : form.getValues(`targets.${Number(index)}.id`),
    });
  };

  const goTo = async (to: number): Promise<void> => {
    if (to > step) {
      if (step === 0) nameIt();
      if (form.getFieldState('databases').error?.type === UNREADABLE)
        return setFocus({ path: 'databases', targetId: null });
      try {
        await session.flush();
      } catch {
        // Shown on the page; what was entered stays in hand.
        return;
      }
      const now = draftProblems(form.getValues()).filter((problem) => problem.step < to);
      if (now.length > 0) return showProblem(Math.min(...now.map((problem) => problem.step)));
    }
    open(to > PRECHECK_STEP && !prechecked ? PRECHECK_STEP : to);
  };

  /** Until somebody names it, a task is named after its servers. */
  const [named, setNamed] = useState(() => suggestName(draft));
  const nameIt = (): void => {
    const values = form.getValues();
    const suggested = suggestName(values);
    if (values.name.trim() === '' || values.name === named) form.setValue('name', suggested);
    setNamed(suggested);
  };

  const testWhatChanged = useEffectEvent((): void => {
    for (const path of endpointPaths(form.getValues())) {
      const endpoint = form.getValues(path);
      const known = tests.store.getState()[endpoint.id];
      const of = fingerprint(endpoint, session.store.getState().secretRevisions[endpoint.id] ?? 0);
      if (!known?.running && known?.outcome?.of !== of) void test(path);
    }
  });
  useEffect(() => {
    if (step > 0) testWhatChanged();
  }, [step]);

  useEffect(() => {
    if (focus === null) return;
    const field = document.getElementsByName(focus.path)[0];
    if (field) field.focus();
    else form.setFocus(focus.path as FieldPath<Draft>);
  }, [focus, form]);

  return { step, reachable, focus, goTo };
}
