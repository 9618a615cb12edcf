import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { inspectServer } from '../control/inspect-server.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';

export function inspectJob(command: Extract<EngineCommand, { type: 'inspect' }>, send: Send): Job {
  const { side, endpoint } = command;
  return briefJob(send, async (signal) => ({
    type: 'summary',
    summary: await inspectServer(side, endpoint, signal),
  }));
}
