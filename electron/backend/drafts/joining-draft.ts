import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { taskSettingsSchema, type Draft } from '../../../shared/model/profile.ts';
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
 * A set-up for further targets of a group: with the source, its secrets and the settings of one of its tasks.
 * @throws LockstepError NOT_FOUND when no task is in the group, STORE_UNWRITABLE
 */
export async function createJoining(group: string, { drafts, tasks, vault }: Joining): Promise<Draft> {
  const members = tasks.inGroup(group).map(({ profile }) => profile);
  const knowsItsSource = members.find((member) => !missingSecretsOf(member, vault).includes('source'));
  const model = knowsItsSource ?? members[0];
  if (!model?.group) throw new LockstepError('NOT_FOUND', `group ${group}`);
  const { source, group: joins } = model;
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
