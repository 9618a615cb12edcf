import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { claimCheckpoint, readCheckpoint, unchanged } from '../checkpoint/claim.ts';
import { coded } from '../control/control-connection.ts';
import { CUT_SHORT, isCutShort, isRepairing } from '../repair/repair-plan.ts';
import { FLUSHING } from './flushed-keys.ts';
import { claimFirst } from './claim-first.ts';
import { noteOwnClaim, writesSinceHandOver } from '../target/handed-over.ts';
import { refusePassedOver } from '../target/owner.ts';
import { believed, keptSlots, whySlots } from './part-slots.ts';
import type { PreparedTarget, PrepareTargetOptions } from './prepared-target.ts';
import { inTurn } from '../source/task-part.ts';

/** Decides between a first copy, going on, and a new copy, and claims the task's checkpoint. @throws LockstepError */
export async function prepareTarget(options: PrepareTargetOptions): Promise<PreparedTarget> {
  return coded('target', options.spec.target, () => prepare(options));
}

async function prepare(options: PrepareTargetOptions): Promise<PreparedTarget> {
  const { spec, redis, databases, owner } = options;
  const present = await readCheckpoint(redis, spec.task);
  const left = options.part?.left;
  // An earlier attempt may have claimed it, and its answer been lost.
  if (present && left && present.owner !== owner) refusePassedOver(present, left);
  // A run that ended before the source answered has claimed the task, and has written nothing else.
  if (!present || isBareClaim(present)) return claimFirst(options, present);
  if (present.databases !== databases.toString()) {
    throw new LockstepError(
      'TASK_MISMATCH',
      `the task ${spec.task} ran with databases ${present.databases}, not ${databases.toString()}`,
    );
  }
  const writes = await writesSinceHandOver(options.targets, present);
  const credible = believed(options.part);
  const reason = whyNewCopy(spec, present) ?? whySlots(present, options.part?.slots, credible);
  if (reason !== undefined)
    return markAnew(options, { ...(await claimForCopy(options, present, reason)), writes });
  // What is to be done about expiry follows the claim: a run that was passed over changes none of it any more.
  const checkpoint = await inTurn(options.part, () =>
    claimCheckpoint(redis, spec.task, owner, (now) => ({
      ...unchanged(now, present, owner),
      ...(options.several && { severalDatabases: true }),
      active: true,
      slots: keptSlots(present, credible),
    })),
  );
  return markAnew(options, {
    checkpoint,
    existed: true,
    writes,
    plan: { position: { replid: checkpoint.replid, offset: checkpoint.verified }, reason: undefined },
  });
}

async function markAnew(options: PrepareTargetOptions, prepared: PreparedTarget): Promise<PreparedTarget> {
  const { spec } = options;
  const checkpoint = await noteOwnClaim(options.targets, spec.task, prepared.checkpoint, prepared.writes);
  return { ...prepared, checkpoint };
}

/** In a checkpoint's `fault`: a new full copy was asked for, and has not begun. It stands there for whoever starts the task next. */
const ASKED = 'a new full copy was asked for';

const isAskedAnew = (copyAgain: string | undefined, { asked }: Checkpoint): boolean =>
  copyAgain !== undefined && copyAgain !== asked;

/** Why the task cannot go on from this checkpoint, whatever the source holds; undefined where it can. */
export function whyNewCopy(
  { fullOnly, copyAgain }: Pick<TaskSpec, 'fullOnly' | 'copyAgain'>,
  present: Checkpoint,
): string | undefined {
  if (fullOnly) return 'a full copy was asked for';
  if (isAskedAnew(copyAgain, present) || present.fault === ASKED) return ASKED;
  if (present.state === 'copying') return 'the earlier full copy did not end';
  if (present.state === 'complete') return 'the earlier run was a full copy without a stream';
  if (isCutShort(present)) return CUT_SHORT;
  if (present.fault !== '' && !isRepairing(present) && present.fault !== FLUSHING)
    return `the earlier run left the sides different (${present.fault})`;
  return undefined;
}

async function claimForCopy(
  options: PrepareTargetOptions,
  present: Checkpoint,
  reason: string,
): Promise<Omit<PreparedTarget, 'writes'>> {
  const { redis, spec, several, owner, part } = options;
  // What stands there counts until the new snapshot is about to be written over it.
  const checkpoint = await inTurn(part, () =>
    claimCheckpoint(redis, spec.task, owner, (now) => ({
      ...unchanged(now, present, owner),
      ...(several && { severalDatabases: true }),
      slots: keptSlots(present, believed(part)),
      ...(isAskedAnew(spec.copyAgain, present) && { asked: spec.copyAgain, fault: ASKED }),
    })),
  );
  return { checkpoint, existed: true, plan: { position: undefined, reason } };
}
