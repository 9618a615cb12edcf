import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { inspectServer } from '../control/inspect-server.ts';
import { locate } from '../intake/resolver/resolver.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';
import type { World } from '../world/world.ts';

export function inspectJob(
  command: Extract<EngineCommand, { type: 'inspect' }>,
  send: Send,
  world: World,
): Job {
  const { side, endpoint } = command;
  return briefJob(send, async (signal) => ({
    type: 'summary',
    summary: await inspectServer(world, side, await locate(world, side, endpoint), signal),
  }));
}
