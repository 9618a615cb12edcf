import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { taskSettingsSchema, type Draft } from '../../../shared/model/profile.ts';
import { freshId } from '../ids.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import { missingSecretsOf } from '../tasks/task-spec-of.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Drafts } from './drafts.ts';

interface Joining {
  readonly drafts: Drafts;
  readonly tasks: Tasks;
  readonly vault: SecretVault;
}

/**
 * A set-up for further targets of a task's source: with that source, its secrets and the settings of the task, or of another one of
 * its group where this one's secrets are not known. A task that stands alone becomes the first of a group.
 * @throws LockstepError NOT_FOUND, TASK_STATE, STORE_UNWRITABLE
 */
export async function createJoining(beside: string, { drafts, tasks, vault }: Joining): Promise<Draft> {
  const task = tasks.get(beside);
  if (task.profile.sandbox)
    throw new LockstepError('TASK_STATE', 'the servers of a sandbox are for its own task');
  const joins = task.profile.group ?? task.enterGroup({ id: freshId(), name: task.profile.name });
  const members = [task, ...tasks.inGroup(joins.id)].map(({ profile }) => profile);
  const knowsItsSource = members.find((member) => !missingSecretsOf(member, vault).includes('source'));
  const model = knowsItsSource ?? task.profile;
  const { source } = model;
  return drafts.create((empty) => {
    const draft: Draft = {
      ...empty,
      ...taskSettingsSchema.parse(model),
      ...{ name: joins.name, source: { ...source, id: 'source' }, joins },
    };
    vault.change([
      { owner: draft.id, endpoint: 'source', server: source, changes: vault.get(model.id, 'source', source) },
    ]);
    return draft;
  });
}
