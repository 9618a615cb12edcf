import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { releaseTask } from '../task/release-task.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';
import type { World } from '../world/world.ts';

/** Cut short, it leaves what the next one finishes. */
export function releaseJob(
  command: Extract<EngineCommand, { type: 'release' }>,
  send: Send,
  world: World,
): Job {
  const { target, task } = command;
  return briefJob(send, async () => ({
    type: 'released',
    released: await releaseTask(world, target, task, {
      warning: (text, fault) =>
        send({ type: 'event', atMs: world.clock.now(), severity: 'warning', text, ...fault }),
    }),
  }));
}
