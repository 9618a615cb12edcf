import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { vouchedFor } from '../checkpoint/checkpoint.ts';
import { amendCheckpoint } from '../checkpoint/claim.ts';
import { noteInLanes } from '../checkpoint/lanes.ts';
import type { StreamPosition } from '../intake/stream-position.ts';
import type { Still, TargetGround } from '../target/target-ground.ts';
import { sleep, type Clock } from '../world/clock.ts';
import type { StreamRun } from './stream-run.ts';

/** How long what was received may take to be applied, before a step back is given up. */
const DRAIN_MS = 2000;
const DRAIN_CHECK_MS = 10;

/** Waits until it is `done`, but not for long, nor for a run that is not `present` any more. */
export async function drained(clock: Clock, done: () => boolean, present: Still): Promise<void> {
  const endMs = clock.monotonicMs() + DRAIN_MS;
  while (!done() && clock.monotonicMs() < endMs && present()) await sleep(clock, DRAIN_CHECK_MS);
}

/**
 * The source's history parts at `fork` from what was received. `present`: the run is the one that is applied still; `drop` ends it.
 * @returns where the target can go on from in both; undefined where something behind the fork was applied
 */
export async function stepBack(
  { world, spec, servers, own, feed }: TargetGround,
  run: StreamRun,
  fork: number,
  { present, drop }: { readonly present: Still; readonly drop: () => void },
): Promise<StreamPosition | undefined> {
  run.hurry(feed.receivedOffset);
  await drained(world.clock, () => run.drained, present);
  const { standing } = run;
  const exact = run.drained && !run.repairing && standing.verified === standing.offset;
  if (!present() || !exact || run.effectOffset > fork) return undefined;
  // Nothing is under way, and nothing more is to be.
  drop();
  const { replid, offset } = standing;
  if (offset <= fork) return { replid, offset };
  const sourceAtMs = feed.clock.notBefore(fork) ?? 0;
  const redis = await servers.openTarget();
  const { cluster } = servers;
  if (cluster)
    await noteInLanes({ nodes: cluster.nodes, task: spec.task, checkpoint: standing }, { offset: fork });
  own.checkpoint = await amendCheckpoint(redis, spec.task, standing, (found) => {
    // That of a cluster follows its lanes.
    if (!cluster && found.offset !== offset)
      throw new LockstepError('TARGET_TAKEN_OVER', 'the checkpoint changed while it was written');
    return vouchedFor({ ...found, offset: fork, sourceAtMs });
  });
  return { replid, offset: fork };
}
