import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { lookAhead } from '../session/task-outlook.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';

export function outlookJob(command: Extract<EngineCommand, { type: 'look-ahead' }>, send: Send): Job {
  return briefJob(send, async () => ({ type: 'outlook', outlook: await lookAhead(command.spec) }));
}
