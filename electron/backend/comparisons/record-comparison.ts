import type { ComparisonState } from '../../../shared/contract/api.ts';
import type { Tasks } from '../tasks/tasks.ts';

/** A comparison is part of what has become of its task; one of a task that was deleted meanwhile is forgotten. */
export function recordComparison(tasks: Tasks, state: ComparisonState): void {
  const { ownerId, status, choice, startedAtMs, endedAtMs, report } = state;
  if (status === 'none' || startedAtMs === null || !tasks.has(ownerId)) return;
  tasks.get(ownerId).history.compare({
    fromMs: startedAtMs,
    toMs: endedAtMs,
    level: choice?.level ?? 'values',
    outcome: status,
    differences: report?.differencesTotal ?? null,
  });
}
