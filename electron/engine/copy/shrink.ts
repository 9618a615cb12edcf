import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { formatKeys } from '../../../shared/format/numbers.ts';
import type { TaskQuestion } from '../../../shared/model/task-question.ts';

/** How much of the task's keys on a target a full copy may remove without asking, unless the task says otherwise. */
export const ALLOWED_SHRINK_PERCENT = 50;

/** Whether somebody has to agree before this is done. */
export const needsConsent = ({ targetKeys, goneKeys }: TaskQuestion, allowedPercent: number): boolean =>
  goneKeys * 100 > allowedPercent * targetKeys;

/** That nobody has agreed. Nothing was removed. */
export const wouldRemove = ({ snapshotKeys, targetKeys, goneKeys }: TaskQuestion): LockstepError =>
  new LockstepError(
    'COPY_WOULD_REMOVE',
    `the source has ${formatKeys(snapshotKeys)}, the target ${formatKeys(targetKeys)} of the task, and ${formatKeys(goneKeys)} of them are no longer on the source; nothing was removed`,
  );

export const sameQuestion = (a: TaskQuestion, b: TaskQuestion): boolean =>
  a.snapshotKeys === b.snapshotKeys && a.targetKeys === b.targetKeys && a.goneKeys === b.goneKeys;
