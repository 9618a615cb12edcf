import type { TaskOutlook } from '../../../shared/model/task-outlook.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { StartEngine } from '../engine-process.ts';
import { runEngineJob } from '../jobs/engine-job.ts';

/** Both sides are asked at once, each within its own time. */
const TIMEOUT_MS = 40_000;

/** What the next start of a task would come to. @throws LockstepError ENGINE_DIED */
export async function lookAhead(spec: TaskSpec, startEngine: StartEngine): Promise<TaskOutlook> {
  const command = { type: 'look-ahead', spec } as const;
  const job = runEngineJob({ startEngine, command, ending: 'outlook', timeoutMs: TIMEOUT_MS });
  return (await job.done).outlook;
}
