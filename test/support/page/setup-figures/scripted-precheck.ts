import type { PrecheckState } from '../../../../shared/contract/api.ts';
import { CHECK_IDS } from '../../../../shared/model/checks.ts';
import type { CheckId, CheckResult } from '../../../../shared/model/precheck.ts';
import type { Scenario, ScenarioHost } from '../scenario.ts';

export interface PrecheckScript {
  /** What a run finds for a target; `attempt` counts its runs from 1. */
  readonly finds: (targetId: string, attempt: number) => readonly CheckResult[];
  /** So many results come in one step; left out, each by itself. */
  readonly together?: number;
  /** Results that are there before the page opens. */
  readonly before?: readonly CheckResult[];
  /** A run stops after this many results, and goes no further. */
  readonly haltAfter?: number;
  /** Ends a run, after this many results. */
  readonly fault?: { readonly after: number; readonly fault: NonNullable<PrecheckState['fault']> };
}

/** Between two steps. */
const STEP_MS = 15;

type Answers = NonNullable<Scenario['answers']>;

/** A precheck that behaves as the application's does: it streams, remembers what is ignored, and says whether it passed. */
export function scriptedPrecheck(
  script: PrecheckScript,
): Pick<Answers, 'precheck.run' | 'precheck.state' | 'precheck.ignore'> {
  const states = new Map<string, PrecheckState>();
  const attempts = new Map<string, number>();
  const stateOf = (draftId: string, targetId: string): PrecheckState =>
    states.get(targetId) ??
    judged({
      draftId,
      targetId,
      running: false,
      checking: [],
      results: [...(script.before ?? [])],
      ignored: [],
      fault: null,
      passed: false,
    });
  const change = (state: PrecheckState, host: ScenarioHost): PrecheckState => {
    const next = judged(state);
    states.set(state.targetId, next);
    host.emit({ type: 'precheck', state: next });
    return next;
  };

  const run = (
    { draftId, targetId, only }: { draftId: string; targetId: string; only?: CheckId[] | undefined },
    host: ScenarioHost,
  ): PrecheckState => {
    const attempt = (attempts.get(targetId) ?? 0) + 1;
    attempts.set(targetId, attempt);
    const wanted = CHECK_IDS.filter((id) => only?.includes(id) ?? true);
    const found = new Map(script.finds(targetId, attempt).map((result) => [result.id, result]));
    const before = stateOf(draftId, targetId);
    const queue = [...wanted];
    const next = (done: number): void => {
      const ids = queue.splice(0, script.together ?? 1);
      const state = stateOf(draftId, targetId);
      if (ids.length === 0) return void change({ ...state, running: false, checking: [] }, host);
      if (script.fault && done >= script.fault.after)
        return void change({ ...state, running: false, checking: [], fault: script.fault.fault }, host);
      change({ ...state, checking: [...ids, ...queue.slice(0, 1)] }, host);
      if (done === script.haltAfter) return;
      setTimeout(() => {
        const now = stateOf(draftId, targetId);
        const results = ids.flatMap((id) => found.get(id) ?? []);
        change({ ...now, results: [...now.results, ...results] }, host);
        next(done + ids.length);
      }, STEP_MS);
    };
    setTimeout(() => next(0), 5);
    return change(
      {
        ...before,
        running: true,
        fault: null,
        checking: [],
        results: before.results.filter(({ id }) => !wanted.includes(id)),
      },
      host,
    );
  };

  return {
    'precheck.run': run,
    'precheck.state': ({ draftId, targetId }) => stateOf(draftId, targetId),
    'precheck.ignore': ({ draftId, targetId, check, ignored }, host) => {
      const state = stateOf(draftId, targetId);
      const others = state.ignored.filter((it) => it.check !== check);
      const found = state.results.find(({ id }) => id === check)?.found ?? '';
      return change(
        { ...state, ignored: ignored ? [...others, { check, found, atMs: Date.now() }] : others },
        host,
      );
    },
  };
}

const judged = (state: PrecheckState): PrecheckState => ({
  ...state,
  passed:
    !state.running &&
    state.fault === null &&
    CHECK_IDS.every((id) => state.results.some((result) => result.id === id)) &&
    state.results.every(
      ({ id, status }) =>
        status !== 'failure' && (status !== 'warning' || state.ignored.some(({ check }) => check === id)),
    ),
});
