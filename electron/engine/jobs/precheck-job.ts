import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { runPrecheck } from '../precheck/run-precheck.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';
import type { World } from '../world/world.ts';

export function precheckJob(
  command: Extract<EngineCommand, { type: 'precheck' }>,
  send: Send,
  world: World,
): Job {
  const { spec, only } = command;
  return briefJob(send, async (signal) => {
    await runPrecheck(world, spec, {
      only,
      onChecking: (id) => send({ type: 'checking', id }),
      onResult: (result) => send({ type: 'check', result }),
      signal,
    });
    return { type: 'prechecked' };
  });
}
