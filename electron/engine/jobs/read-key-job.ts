import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { readKey } from '../verify/key/read-key.ts';
import type { World } from '../world/world.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';

export function readKeyJob(
  { key, ...command }: Extract<EngineCommand, { type: 'read-key' }>,
  send: Send,
  world: World,
): Job {
  return briefJob(send, async (signal) => ({
    type: 'key',
    reading: await readKey({ ...command, world, signal, key: Buffer.from(key, 'base64') }),
  }));
}
