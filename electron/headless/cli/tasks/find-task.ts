import { LockstepError } from '../../../../shared/errors/lockstep-error.ts';
import { shownValue } from '../usage-error.ts';

/** The task of this id, or else the only one of this name. @throws LockstepError NOT_FOUND, USAGE */
export function findTask<T extends { readonly id: string; readonly name: string }>(
  tasks: readonly T[],
  wanted: string,
): T {
  const byId = tasks.find(({ id }) => id === wanted);
  if (byId) return byId;
  const [first, ...others] = tasks.filter(({ name }) => name === wanted);
  if (!first) throw new LockstepError('NOT_FOUND', `no task has the name or the id ${shownValue(wanted)}`);
  if (others.length > 0)
    throw new LockstepError(
      'USAGE',
      `${others.length + 1} tasks have the name ${shownValue(wanted)}; give the id of one: ${[first, ...others].map(({ id }) => id).join(', ')}`,
    );
  return first;
}
