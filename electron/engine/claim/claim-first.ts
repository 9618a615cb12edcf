import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import { isBareClaim, type Checkpoint, type StandingNames } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, missing } from '../checkpoint/claim.ts';
import { refuseOtherForm, refuseOtherTasks, tasksWriting } from '../checkpoint/other-tasks.ts';
import { holdsKeys, refuseStanding, standingKeys } from '../checkpoint/ownership.ts';
import { readParts, type StandingPart } from '../checkpoint/read-parts.ts';
import { findTasks } from '../checkpoint/task-index.ts';
import { taskOf } from '../checkpoint/task-parts.ts';
import { describeLibraries, libraryNames } from '../control/function-libraries.ts';
import { SlotSet } from '../router/slot-set.ts';
import { hasBegun } from './former-parts.ts';
import { refuseHandedOver } from '../target/handed-over.ts';
import { writesSinceTogether } from '../target/parts-handed-over.ts';
import type { PreparedTarget, PrepareTargetOptions } from './prepared-target.ts';
import { rememberStanding } from '../target/remember-standing.ts';
import { inTurn, type TaskPart } from '../source/task-part.ts';

/** What a first copy is to heed of what stands on the target. */
type Found = Pick<Checkpoint, 'kept' | 'keptSlots' | 'keptLibraries' | 'copied'>;

/** Claims a target on which the task, or this part of it, has nothing yet; `present`: or nothing but such a claim. @throws LockstepError */
export async function claimFirst(
  options: PrepareTargetOptions,
  present: Checkpoint | undefined,
): Promise<PreparedTarget> {
  const { spec, redis, databases, several, owner, part } = options;
  // Told before what stands there; what is claimed at this moment is seen by the claim.
  const names = await findTasks(redis);
  await refuseOtherForm(redis, names, spec.task);
  refuseOtherTasks(await tasksWriting(redis, names, spec.task, databases));
  const found = part?.begun ? await besideOthers(options, part) : await lookAround(options, present);
  const decide = (now: Checkpoint | undefined): Checkpoint => {
    if (now?.epoch !== present?.epoch) throw takenOver();
    return {
      state: 'copying',
      replid: '',
      offset: 0,
      db: 0,
      verified: 0,
      verifiedDb: 0,
      epoch: 0,
      owner,
      active: true,
      databases: databases.toString(),
      ...(several && { severalDatabases: true }),
      source: describeGiven(spec.source),
      expiry: 'exact',
      importOurs: false,
      amounts: { smallMs: 0, longMs: 0 },
      sourceAtMs: 0,
      ...found,
      handedOver: '',
      fieldExpiry: false,
      releasedAtMs: 0,
      earliestExpiryMs: 0,
      evicted: 0,
      evictionsSeen: 0,
      targetRunId: '',
      fault: '',
      asked: spec.copyAgain,
      // Other parts may vouch for its slots until they have claimed as well.
      slots: part && SlotSet.of([]),
    };
  };
  const checkpoint = await inTurn(part, () =>
    claimCheckpoint(redis, spec.task, owner, decide, 'refuse', part?.claimant?.known),
  );
  return { checkpoint, existed: part?.begun ?? false, plan: undefined, writes: 'none' };
}

const takenOver = (): LockstepError =>
  new LockstepError('TARGET_TAKEN_OVER', 'another run of this task began at the same moment');

/** What stands there is others'. @throws LockstepError TARGET_NOT_EMPTY, TARGET_TAKEN_OVER */
async function lookAround(options: PrepareTargetOptions, present: Checkpoint | undefined): Promise<Found> {
  const { spec, redis, cluster, owner, targets, databases, events, part } = options;
  const standing = await standingKeys(targets, databases, undefined);
  // Where they may not be looked at, the first that the source has is refused (writer/copy/library-copy.ts).
  const libraries = part?.leads === false ? [] : ((await libraryNames(targets)) ?? []);
  // A run that began at the same moment has come further, and what stands there it has brought.
  if (part && standing.size + libraries.length > 0 && hasBegun(await readParts(redis, taskOf(spec.task))))
    throw takenOver();
  if (spec.existing === 'fail') refuseStanding(standing, libraries);
  // They are noted for all parts together, once each has claimed what is its and none is refused.
  if (part) return { kept: false, keptLibraries: [], copied: false };
  let kept: Pick<Found, 'kept' | 'keptSlots'> = { kept: false };
  if (standing.size > 0) {
    // Nothing was brought yet by a run that has claimed nothing more.
    const mayAdd = (now: Checkpoint | undefined): boolean =>
      now?.owner === present?.owner && now?.epoch === present?.epoch;
    kept = await rememberStanding({ redis, cluster, task: spec.task, owner, mayAdd }, standing);
    events.warning(
      'The target holds keys already; those of the same name as on the source are overwritten, the others stay',
    );
  }
  if (libraries.length > 0)
    events.warning(
      `The target has ${describeLibraries(libraries)}; those of the same name as on the source are replaced, the others stay`,
    );
  return { ...kept, keptLibraries: libraries, copied: false };
}

/**
 * What stands there other parts have brought, unless others have written to it since. Where one of them has had a whole copy there, keys
 * of the slots that come to this part may be a part of that, and are left as they are until its own snapshot is here whole. What the target
 * held before the task is as the others have it.
 * @throws LockstepError TARGET_HANDED_OVER, CHECKPOINT_MISSING
 */
async function besideOthers(
  { spec, redis, targets, databases, cluster }: PrepareTargetOptions,
  { slots, names }: TaskPart,
): Promise<Found> {
  const parts = await readParts(redis, taskOf(spec.task));
  const said = names ?? saidBy(parts);
  // A server that went back to before they were noted has lost them; on a cluster the sets themselves tell.
  if (said.kept && !cluster && !parts.some(({ checkpoint }) => checkpoint.kept))
    if (await holdsKeys(targets, databases, undefined)) throw missing();
  const writes = await writesSinceTogether(
    targets,
    parts.map(({ checkpoint }) => checkpoint),
  );
  if (writes !== 'none') {
    const standing = await standingKeys(targets, databases, slots);
    if (standing.size > 0) refuseHandedOver(writes, standing);
  }
  return { ...said, copied: parts.some(({ checkpoint }) => checkpoint.copied) };
}

/** What parts say of what the target held before the task: those that have written there know, and a claim alone may not have heard of it. */
export function saidBy(parts: readonly Pick<StandingPart, 'checkpoint'>[]): StandingNames {
  const found = parts.find(({ checkpoint }) => !isBareClaim(checkpoint)) ?? parts[0];
  const { kept = false, keptSlots, keptLibraries = [] } = found?.checkpoint ?? {};
  return { kept, keptSlots, keptLibraries };
}
