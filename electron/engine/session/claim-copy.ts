import type { Redis } from 'ioredis';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { HOLD_MS } from '../../../shared/model/expiry-hold.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint } from '../checkpoint/claim.ts';
import { readOwnCheckpoint } from './owner.ts';
import type { StreamPosition } from '../intake/source-feed.ts';

export interface CopyClaim {
  readonly redis: Redis;
  readonly spec: TaskSpec;
  /** The source's position that the snapshot was taken at. */
  readonly start: StreamPosition;
  /** What this run last knew of the checkpoint. */
  readonly ours: Checkpoint;
}

/** Claims the target for a full copy. @throws LockstepError TARGET_TAKEN_OVER when another run owns the task now */
export async function claimCopy(claim: CopyClaim): Promise<Checkpoint> {
  const { redis, spec, start, ours } = claim;
  const present = await readOwnCheckpoint(redis, spec.task, ours);
  const copying: Checkpoint = {
    ...ours,
    state: 'copying',
    replid: start.replid,
    offset: start.offset,
    db: 0,
    verified: start.offset,
    verifiedDb: 0,
    active: true,
    holdMs: spec.fullOnly ? 0 : HOLD_MS,
    earliestExpiryMs: 0,
    source: describeEndpoint(spec.source),
    fault: '',
    kept: present?.kept ?? ours.kept,
  };
  return claimCheckpoint(redis, spec.task, ours.owner, () => copying);
}
