import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { checkKeys } from '../verify/key/check-keys.ts';
import type { World } from '../world/world.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';

export function checkKeysJob(
  { keys, ...command }: Extract<EngineCommand, { type: 'check-keys' }>,
  send: Send,
  world: World,
): Job {
  const named = keys.map(({ db, key }) => ({ db, key: Buffer.from(key, 'base64') }));
  return briefJob(send, async (signal) => ({
    type: 'checked',
    keys: await checkKeys({ ...command, world, signal, keys: named }),
  }));
}
