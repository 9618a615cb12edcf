import type { Redis } from 'ioredis';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { isBareClaim, type Checkpoint } from '../checkpoint/checkpoint.ts';
import { amendCheckpoint } from '../checkpoint/claim.ts';
import { partOf } from '../checkpoint/task-parts.ts';
import { rememberStanding, type StandingGround } from './remember-standing.ts';
import {
  noteOf,
  readWriteMark,
  writesSince,
  type WriteMark,
  type WritesSince,
} from '../control/write-mark.ts';

/** All servers of a target, the one with the checkpoint first. */
export type TargetServers = readonly [Redis, ...Redis[]];

/**
 * What stands for a mark while other parts of the same task write: as far as anybody looked, nobody else has since the target was handed
 * over (see parts-handed-over.ts).
 */
export const TOGETHER = '=';

/** Whether others may have written to a target since it was handed over. To be asked before this run writes anything. */
export async function writesSinceHandOver(servers: TargetServers, present: Checkpoint): Promise<WritesSince> {
  if (present.handedOver === TOGETHER) return 'none';
  // Handed over, and how it stood then could not be noted, as on a target without room.
  if (present.handedOver === '') return present.active || isBareClaim(present) ? 'none' : 'unknown';
  return writesSince(present.handedOver, await marksOf(servers));
}

/** What a checkpoint says of a target to which it is the last thing to be written, by one HMSET; after that of a part others write on. */
export const handOverNote = async (servers: TargetServers, task: string): Promise<string> =>
  partOf(task) ? TOGETHER : noteOf(await marksOf(servers), 1);

export const marksOf = (servers: TargetServers): Promise<(WriteMark | undefined)[]> =>
  Promise.all(servers.map((redis) => readWriteMark(redis)));

/** Notes how many writes the target has run by now. @throws LockstepError TARGET_TAKEN_OVER */
export async function noteHandOver(
  servers: TargetServers,
  task: string,
  ours: Checkpoint,
): Promise<Checkpoint> {
  const handedOver = await handOverNote(servers, task);
  return amendCheckpoint(servers[0], task, ours, (present) => ({ ...present, handedOver }));
}

/**
 * After a claim of a target that was handed over: what this run itself has written by now is not to be taken for what others
 * wrote, if it ends before it writes more. `writes` was asked before the claim.
 * @throws LockstepError TARGET_TAKEN_OVER
 */
export async function noteOwnClaim(
  servers: TargetServers,
  task: string,
  claimed: Checkpoint,
  writes: WritesSince,
): Promise<Checkpoint> {
  const { handedOver } = claimed;
  if (handedOver === '' || handedOver === TOGETHER || writes !== 'none') return claimed;
  return noteHandOver(servers, task, claimed);
}

/** What may have become of a target since it was handed over. */
export const HANDED_OVER: Readonly<Record<Exclude<WritesSince, 'none'>, string>> = {
  some: 'others have written to the target since the task handed it over',
  unknown:
    'whether others have written to the target since the task handed it over cannot be told, as it was restarted or does not count',
};

/** The stream goes on onto it all the same: what others wrote stays, and nobody would notice. */
export const resumedOver = (writes: Exclude<WritesSince, 'none'>): string =>
  writes === 'some'
    ? `Note: ${HANDED_OVER.some}. The task goes on from its checkpoint, and what they changed stays: compare the sides`
    : `Note: ${HANDED_OVER.unknown}. The task goes on from its checkpoint: compare the sides if somebody may have`;

/**
 * A copy onto a target that may be in use by now asks as a first one does: it refuses, or takes all that stands there for the
 * target's own, of which only names that the source has are overwritten.
 * @returns what the checkpoint is to say of them. @throws LockstepError TARGET_HANDED_OVER
 */
export async function takeOver(
  ground: StandingGround,
  { existing }: Pick<TaskSpec, 'existing'>,
  writes: Exclude<WritesSince, 'none'>,
  standing: ReadonlyMap<number, number>,
): Promise<Pick<Checkpoint, 'kept' | 'keptSlots'>> {
  if (existing === 'fail' || partOf(ground.task)) refuseHandedOver(writes, standing);
  return rememberStanding(ground, standing);
}

/** @throws LockstepError TARGET_HANDED_OVER */
export function refuseHandedOver(
  writes: Exclude<WritesSince, 'none'>,
  standing: ReadonlyMap<number, number>,
): never {
  const list = [...standing].map(([db, keys]) => `database ${db} holds ${formatKeys(keys)}`);
  throw new LockstepError('TARGET_HANDED_OVER', `${HANDED_OVER[writes]}; ${list.join(', ')}`);
}
