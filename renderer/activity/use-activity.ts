import { useRequest } from '../state/client.tsx';
import { useJudged } from '../state/judgement.ts';
import { shownActivity, type ShownActivity } from './shown-activity.ts';

/** What has become of a task, up to now; undefined until it is known. Events of the application have it asked for anew. */
export function useActivity(id: string): ShownActivity | undefined {
  const judged = useJudged(id);
  const { data, dataUpdatedAt } = useRequest(
    'task.activity',
    { id },
    { freshForMs: Number.POSITIVE_INFINITY },
  );
  return judged && data && shownActivity(data, judged, data.nowMs - dataUpdatedAt);
}
