import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { LANE_GONE } from '../checkpoint/lanes.ts';
import { atLanes, DATABASE_UNKNOWN, lanesIn } from '../claim/claim-stream.ts';
import { prepareTarget } from '../claim/prepare-target.ts';
import type { PreparedTarget, ResumePlan } from '../claim/prepared-target.ts';
import { readEvictions } from '../control/evictions.ts';
import { libraryNames } from '../control/function-libraries.ts';
import { letGo } from '../target/let-go.ts';
import type { TargetSideOptions } from './target-side-options.ts';

/** Where the run goes on, and what stands on the target that it has claimed. */
export interface ClaimedTarget extends Pick<PreparedTarget, 'existed' | 'writes'> {
  readonly checkpoint: Checkpoint;
  readonly plan: ResumePlan | undefined;
}

/** Looks at what stands on the target, and makes this run (`owner`) the owner of the task. @throws LockstepError */
export async function claimTarget(
  { world, spec, servers, databases, events, part }: TargetSideOptions,
  owner: string,
): Promise<ClaimedTarget> {
  const redis = await servers.openTarget();
  const { cluster } = servers;
  const prepared = await prepareTarget({
    ...{ spec, redis, databases, events, owner, part },
    several: cluster !== undefined && servers.facts.target.abilities.databases > 1,
    targets: await servers.targets(),
    cluster: cluster?.keptGround(spec.task),
  });
  const claimed = part
    ? await letGo({
        ...{ clock: world.clock, task: spec.task, checkpoint: prepared.checkpoint },
        ...{ targets: await servers.targets(), nodes: cluster?.nodes },
      })
    : prepared.checkpoint;
  const lanes =
    cluster && prepared.plan?.position ? await lanesIn(cluster.nodes, spec.task)(claimed) : undefined;
  const placed = lanes && lanes !== 'gone' ? atLanes(claimed, lanes) : undefined;
  const plan =
    lanes && !placed
      ? { position: undefined, reason: lanes === 'gone' ? LANE_GONE : DATABASE_UNKNOWN }
      : prepared.plan;
  const { existed, writes } = prepared;
  return { checkpoint: placed ?? claimed, plan, existed, writes };
}

/** What is counted and told of a task goes on with it, or begins with its copy. @throws LockstepError */
export async function goOnCounting(
  { servers, leftOut, evictions, part }: TargetSideOptions,
  checkpoint: Checkpoint,
  goesOn: boolean,
): Promise<void> {
  if (!goesOn) return evictions.begin(await readEvictions(await servers.targets()));
  // What the full copy has left out the source still has; where it may not be looked at, only what the stream brings is known.
  const looks = leftOut && part?.leads !== false && !servers.facts.target.abilities.functions;
  if (looks && servers.source)
    leftOut.begin((await libraryNames([servers.source]).catch(() => undefined)) ?? []);
  evictions.goOn(checkpoint, await readEvictions(await servers.targets()));
}
