import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { lookAhead } from '../parts/task-outlook.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';
import type { World } from '../world/world.ts';

export function outlookJob(
  command: Extract<EngineCommand, { type: 'look-ahead' }>,
  send: Send,
  world: World,
): Job {
  return briefJob(send, async () => ({ type: 'outlook', outlook: await lookAhead(world, command.spec) }));
}
