import { taskSettingsSchema, type Draft } from '../../../shared/model/profile.ts';
import type { RehearsalOwners } from './rehearsed-pair.ts';

/**
 * Two servers to rehearse with: the source of a task, with its secrets and the settings of the task, and a target that is still to be
 * entered. @throws LockstepError NOT_FOUND, STORE_UNWRITABLE
 */
export async function createRehearsalBeside(
  taskId: string,
  { drafts, tasks, vault }: Pick<RehearsalOwners, 'drafts' | 'tasks' | 'vault'>,
): Promise<Draft> {
  const { profile } = tasks.get(taskId);
  const { source } = profile;
  return drafts.create((empty) => {
    vault.change([
      { owner: empty.id, endpoint: 'source', server: source, changes: vault.get(taskId, 'source', source) },
    ]);
    return {
      ...empty,
      ...taskSettingsSchema.parse(profile),
      ...{ purpose: 'rehearse', existing: 'fail', fullOnly: false, source: { ...source, id: 'source' } },
    };
  });
}
