import type { Redis } from 'ioredis';
import { formatKeys } from '../../../shared/format/numbers.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { HOLD_MS } from '../../../shared/model/expiry-hold.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint } from '../checkpoint/claim.ts';
import type { DatabaseChoice } from '../commands/database-choice.ts';
import { removeCopiedKeys } from '../checkpoint/ownership.ts';
import { readOwnCheckpoint } from './owner.ts';
import type { StreamPosition } from '../intake/source-feed.ts';
import type { TaskEvents } from './task-events.ts';

export interface CopyClaim {
  readonly redis: Redis;
  readonly spec: TaskSpec;
  /** The source's position that the snapshot was taken at. */
  readonly start: StreamPosition;
  /** What this run last knew of the checkpoint. */
  readonly ours: Checkpoint;
}

export interface CopyClearing {
  readonly redis: Redis;
  readonly spec: TaskSpec;
  readonly databases: DatabaseChoice;
  readonly events: TaskEvents;
  readonly lazyFree: boolean;
  /** Keys of the target's own stand on it. */
  readonly kept: boolean;
  /** Resolves when the next keys may be removed. */
  readonly mayGoOn: () => Promise<void>;
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

/** Removes what an earlier full copy of the task wrote. */
export async function clearForCopy(clearing: CopyClearing): Promise<void> {
  const { redis, spec, databases, events, lazyFree, kept, mayGoOn } = clearing;
  events.phase('clearing');
  const removed = await removeCopiedKeys({
    redis,
    task: spec.task,
    databases,
    kept,
    lazyFree,
    mayGoOn,
  });
  if (removed > 0) events.info(`${formatKeys(removed)} of the earlier copy were removed from the target`);
}
