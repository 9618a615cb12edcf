import { judge, type JudgedTask } from '../../../shared/model/judgement.ts';
import { addressOf } from '../../../shared/model/server-address.ts';
import { isAtWork, type TaskView } from '../../../shared/model/task-view.ts';
import type { MeasuredTask } from './measured-task.ts';

/** A task of a host. `nowMs`: by the clock of this machine, which is that of its engines. */
export function viewedTask(view: TaskView, nowMs: number): MeasuredTask {
  const heard: TaskView & JudgedTask = view.metrics ? { ...view, heardAtMs: view.metrics.atMs } : view;
  const { id, name, group, spoolMaxBytes, startedAtMs, metrics, drift, compared } = view;
  return {
    ...{ task: id, name, group: group?.name ?? '' },
    ...{ source: addressOf(view.source), target: addressOf(view.target) },
    ...{ spoolMaxBytes, startedAtMs, metrics, drift, compared },
    judgement: judge(heard, nowMs),
    atWork: isAtWork(view.state),
  };
}
