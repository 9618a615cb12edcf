import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { releaseTask } from '../session/release-task.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';

/** Cut short, it leaves what the next one finishes. */
export function releaseJob(command: Extract<EngineCommand, { type: 'release' }>, send: Send): Job {
  const { target, task } = command;
  return briefJob(send, async () => ({
    type: 'released',
    released: await releaseTask(target, task, {
      warning: (text, fault) =>
        send({ type: 'event', atMs: Date.now(), severity: 'warning', text, ...fault }),
    }),
  }));
}
