import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { copyAnew } from '../rehearsal/copy-anew.ts';
import { cleanTarget } from '../rehearsal/clean-target.ts';
import { tryTarget } from '../rehearsal/try-target.ts';
import type { World } from '../world/world.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';

export const tryTargetJob = (
  { target, task }: Extract<EngineCommand, { type: 'try-target' }>,
  send: Send,
  world: World,
): Job => briefJob(send, async () => ({ type: 'target-tried', trial: await tryTarget(world, target, task) }));

/** Cut short, it leaves what the next one finishes. */
export const cleanTargetJob = (
  { target, task }: Extract<EngineCommand, { type: 'clean-target' }>,
  send: Send,
  world: World,
): Job =>
  briefJob(send, async () => ({ type: 'target-cleaned', cleaned: await cleanTarget(world, target, task) }));

export const copyAnewJob = (
  { target, task }: Extract<EngineCommand, { type: 'copy-anew' }>,
  send: Send,
  world: World,
): Job =>
  briefJob(send, async () => {
    await copyAnew(world, target, task);
    return { type: 'copy-begins-anew' };
  });
