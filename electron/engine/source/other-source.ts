import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeGiven, describesEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';

/** Why a task makes no full copy of this source: the one that it has copied had another address, and may have held other data. */
export const otherSource = (
  { task, source }: Pick<TaskSpec, 'task' | 'source'>,
  { source: copiedFrom }: Pick<Checkpoint, 'source'>,
): LockstepError | undefined =>
  copiedFrom === '' || describesEndpoint(copiedFrom, source)
    ? undefined
    : new LockstepError(
        'TASK_MISMATCH',
        `the task ${task} copied from ${copiedFrom} before, and that was other data`,
      );

/** Whoever wants replicas to be read does not want a primary to be read in their place. */
export const notCluster = ({ source }: Pick<TaskSpec, 'source'>): LockstepError =>
  new LockstepError('SOURCE_NOT_CLUSTER', `${describeGiven(source)} is one server`);
