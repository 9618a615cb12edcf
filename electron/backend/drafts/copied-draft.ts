import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { LONGEST_NAME, taskSettingsSchema, type Draft } from '../../../shared/model/profile.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { Tasks } from '../tasks/tasks.ts';
import type { Drafts } from './drafts.ts';

interface Copying {
  readonly drafts: Drafts;
  readonly tasks: Tasks;
  readonly vault: SecretVault;
}

/**
 * A set-up with both servers of a task, their secrets and its settings, to be changed and started as another task. That keys on the target
 * may be replaced was agreed to for the task that is there, and is asked anew.
 * @throws LockstepError NOT_FOUND, TASK_STATE, STORE_UNWRITABLE
 */
export async function createCopyOf(id: string, { drafts, tasks, vault }: Copying): Promise<Draft> {
  const { profile } = tasks.get(id);
  if (profile.sandbox) throw new LockstepError('TASK_STATE', 'the servers of a sandbox are for its own task');
  const { source, target } = profile;
  return drafts.create((empty) => {
    const into = empty.targets[0]!.id;
    vault.change([
      { owner: empty.id, endpoint: 'source', server: source, changes: vault.get(id, 'source', source) },
      { owner: empty.id, endpoint: into, server: target, changes: vault.get(id, 'target', target) },
    ]);
    return {
      ...empty,
      ...taskSettingsSchema.parse(profile),
      ...{ name: `Copy of ${profile.name}`.slice(0, LONGEST_NAME), existing: 'fail' },
      ...{ source: { ...source, id: 'source' }, targets: [{ ...target, id: into }] },
    };
  });
}
