import type { EngineCommand } from '../../../shared/contract/engine-messages.ts';
import { watchCutover } from '../rehearsal/cutover-watch.ts';
import { watchPair } from '../rehearsal/pair-watch.ts';
import type { World } from '../world/world.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';

/** Goes on until it is stopped. */
export const watchPairJob = (
  command: Extract<EngineCommand, { type: 'watch-pair' }>,
  send: Send,
  world: World,
): Job =>
  briefJob(send, async (signal) => {
    await watchPair(world, command, (sample) => send({ type: 'watched', sample }), signal);
    return { type: 'watch-ended' };
  });

/** Goes on until it is stopped. */
export const watchCutoverJob = (
  command: Extract<EngineCommand, { type: 'watch-cutover' }>,
  send: Send,
  world: World,
): Job =>
  briefJob(send, async (signal) => {
    await watchCutover(world, command, (facts) => send({ type: 'cutover-seen', facts }), signal);
    return { type: 'watch-ended' };
  });
