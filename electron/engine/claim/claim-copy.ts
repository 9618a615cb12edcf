import type { Redis } from 'ioredis';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import { amountsFor } from '../../../shared/model/lateness.ts';
import { smallBoundMs, type TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, missing } from '../checkpoint/claim.ts';
import { readParts } from '../checkpoint/read-parts.ts';
import { taskOf } from '../checkpoint/task-parts.ts';
import { holdsKeys } from '../checkpoint/ownership.ts';
import { DatabaseChoice } from '../commands/database-choice.ts';
import { readOwnCheckpoint } from '../target/owner.ts';
import type { Import } from '../control/import-mode.ts';
import { inTurn, type TaskPart } from '../source/task-part.ts';
import type { StreamPosition } from '../intake/stream-position.ts';

export interface CopyClaim {
  readonly redis: Redis;
  readonly spec: TaskSpec;
  /** The source's position that the snapshot was taken at. */
  readonly start: StreamPosition;
  /** What this run last knew of the checkpoint. */
  readonly ours: Checkpoint;
  readonly imported: Import | undefined;
  /** No other part vouches for any of its slots by now. */
  readonly part: TaskPart | undefined;
}

/**
 * Claims the target for a full copy. @throws LockstepError TARGET_TAKEN_OVER when another run owns the task now; CHECKPOINT_MISSING when the
 * target went back to before it was known what it holds of its own
 */
export async function claimCopy(claim: CopyClaim): Promise<Checkpoint> {
  const { redis, spec, start, ours, imported, part } = claim;
  const present = await readOwnCheckpoint(redis, spec.task, ours, part);
  if (part && ours.kept && !ours.keptSlots && !present?.kept) await refuseWithoutNames(redis, spec, part);
  const standing = present ?? ours;
  const copying: Checkpoint = {
    ...ours,
    state: 'copying',
    replid: start.replid,
    offset: start.offset,
    db: 0,
    verified: start.offset,
    verifiedDb: 0,
    active: true,
    // What an earlier copy left bears its own amounts until it is replaced or removed.
    expiry: imported
      ? 'imported'
      : !spec.fullOnly
        ? 'long'
        : standing.expiry === 'exact'
          ? 'exact'
          : 'releasing',
    amounts: standing.expiry === 'exact' ? amountsFor(smallBoundMs(spec), spec.retryForMs) : standing.amounts,
    importOurs: imported?.ours ?? false,
    sourceAtMs: 0,
    earliestExpiryMs: 0,
    source: describeGiven(spec.source),
    fault: '',
    kept: ours.kept || (present?.kept ?? false),
    keptSlots: ours.keptSlots ?? present?.keptSlots,
    handedOver: '',
    keptLibraries: present?.keptLibraries ?? ours.keptLibraries,
    slots: part?.slots,
    arrived: undefined,
  };
  // One that is gone may have been taken off by another run, for which nothing stands in its place.
  const known = present ? undefined : part?.claimant?.known;
  return inTurn(part, () => claimCheckpoint(redis, spec.task, ours.owner, () => copying, 'refuse', known));
}

/**
 * The server went back to before the names of what it had of its own were noted, or came back empty; on a cluster the sets themselves tell.
 * Where another part has claimed it since, nothing stood there. @throws LockstepError CHECKPOINT_MISSING
 */
async function refuseWithoutNames(redis: Redis, spec: TaskSpec, { slots }: TaskPart): Promise<void> {
  const databases = DatabaseChoice.of(spec);
  const others = await readParts(redis, taskOf(spec.task));
  const among = others.some(({ checkpoint }) => checkpoint.kept) ? slots : undefined;
  if (await holdsKeys([redis], databases, among)) throw missing();
}
