import type { TaskOutlook } from '../../../shared/model/task-outlook.ts';
import type { StartEngine } from '../engine-process.ts';
import { runEngineJob } from '../jobs/engine-job.ts';
import type { Task } from './task.ts';

/** Both sides are asked at once, each within its own time. */
const TIMEOUT_MS = 40_000;

/** What the next start of a task would come to. @throws LockstepError SECRET_NEEDED, TASK_STATE, ENGINE_DIED */
export async function lookAhead(task: Task, startEngine: StartEngine): Promise<TaskOutlook> {
  const command = { type: 'look-ahead', spec: task.spec } as const;
  const job = runEngineJob({ startEngine, command, ending: 'outlook', timeoutMs: TIMEOUT_MS });
  return (await job.done).outlook;
}
