import { NO_ACTIVITY, type Activity, type ActivityBand } from '../../../../shared/model/activity.ts';
import { activityOf as statusOf } from '../../../../shared/model/task-status.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';

/** What would be recorded of a task that has come by the phases of its timeline. */
export function activityOf(task: TaskView): Activity {
  const { timeline, compared, failure } = task;
  const bands: ActivityBand[] = timeline.map(({ phase, atMs }, index) => {
    const last = index === timeline.length - 1;
    const status = last ? statusOf(task) : statusOf({ state: 'running', phase, trouble: null });
    const copy = status === 'full-copy' || status === 'clearing' ? { copy: 1 } : {};
    return { status, fromMs: atMs, toMs: timeline[index + 1]?.atMs ?? null, ...copy };
  });
  return {
    ...NO_ACTIVITY,
    bands,
    copies: bands.some(({ copy }) => copy === 1) ? 1 : 0,
    comparisons: compared
      ? [
          {
            ...{ fromMs: compared.startedAtMs, toMs: compared.endedAtMs },
            ...{ level: 'values', outcome: 'done', differences: compared.differences },
          },
        ]
      : [],
    faults: failure
      ? [{ atMs: failure.atMs, code: failure.code, severity: 'error', text: failure.fact }]
      : [],
  };
}
