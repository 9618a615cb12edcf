import type { EngineCommand, EngineEvent } from '../../../shared/contract/engine-messages.ts';
import type { CompareProgress } from '../../../shared/model/comparison.ts';
import { compareServers } from '../verify/compare-servers.ts';
import type { PaceWish } from '../verify/walk-pace.ts';
import { briefJob } from './brief-job.ts';
import type { Job, Send } from './job.ts';
import type { World } from '../world/world.ts';
import { keepYoungSpaceSmall } from '../world/young-space.ts';

/** Progress is told at most this often. */
const PROGRESS_INTERVAL_MS = 250;

export function compareJob(
  command: Extract<EngineCommand, { type: 'compare' }>,
  send: Send,
  world: World,
): Job {
  const { source, target, databases, databaseMap, maxDifferences, choice } = command;
  const pace: PaceWish = { maxKeysPerSecond: choice.maxKeysPerSecond ?? 0, paused: false };
  let toldMs = -Infinity;
  // The process is this comparison's alone.
  keepYoungSpaceSmall();
  const onProgress = (progress: CompareProgress): void => {
    const nowMs = world.clock.monotonicMs();
    if (nowMs - toldMs < PROGRESS_INTERVAL_MS) return;
    toldMs = nowMs;
    send({ type: 'comparing', progress });
  };
  const compare = async (signal: AbortSignal): Promise<EngineEvent> => {
    const report = await compareServers({
      world,
      source,
      target,
      databases,
      databaseMap,
      maxDifferences,
      level: choice.level,
      sample: choice.sample,
      byPrefix: { delimiter: choice.delimiter, memory: true },
      bySlot: true,
      contents: choice.contents,
      pace,
      onProgress,
      signal,
    });
    return { type: 'compared', report };
  };
  return briefJob(send, compare, (told) => {
    if (told.type === 'pause' || told.type === 'resume') pace.paused = told.type === 'pause';
    else if (told.type === 'pace') pace.maxKeysPerSecond = told.maxKeysPerSecond;
  });
}
