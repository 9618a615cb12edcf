import type { TaskProfile } from '../../../shared/model/profile.ts';
import type { Imported } from '../../../shared/profiles/imported.ts';
import type { ExportedTask } from '../../../shared/profiles/exported-task.ts';
import type { BackendPorts } from '../ports.ts';
import type { SecretVault } from '../secrets/secret-vault.ts';
import type { Tasks } from '../tasks/tasks.ts';
import { giveSecrets } from './give-secrets.ts';

export interface Importing {
  readonly tasks: Tasks;
  readonly vault: SecretVault;
  readonly ports: Pick<BackendPorts, 'givenSecrets'>;
}

/**
 * Takes tasks over under their own ids, so that each goes on from its checkpoint. None of them starts. One that is here already stays as
 * it is. @throws LockstepError STORE_UNWRITABLE
 */
export function importTasks(
  exported: readonly ExportedTask[],
  { tasks, vault, ports }: Importing,
  nowMs: number,
): Imported {
  const left: Imported['left'] = [];
  const fitting: ExportedTask[] = [];
  const seen = new Set<string>();
  for (const task of exported) {
    const { id, name } = task;
    if (tasks.has(id) || seen.has(id)) left.push({ name, why: 'here' });
    else if (fitting.length >= tasks.room) left.push({ name, why: 'full' });
    else fitting.push(task);
    seen.add(id);
  }
  giveSecrets(fitting, ports.givenSecrets, vault);
  const added = tasks.add(fitting.map((task) => ({ ...profileOf(task, nowMs), ...heardOf(task) })));
  for (const task of added) task.log.add('info', 'Taken over from a file');
  const taken = added.map((task) => {
    const { id, name, missingSecrets } = task.view();
    return { id, name, needs: missingSecrets };
  });
  return { taken, left };
}

const profileOf = (
  { startedAtMs: _began, targetStanding: _standing, moved: _moved, ...task }: ExportedTask,
  nowMs: number,
): TaskProfile => ({ ...task, ignoredWarnings: [], createdAtMs: nowMs, wanted: 'stopped', sandbox: false });

const heardOf = ({
  startedAtMs,
  targetStanding,
  moved,
}: ExportedTask): Pick<ExportedTask, 'startedAtMs' | 'targetStanding' | 'moved'> => ({
  startedAtMs,
  targetStanding,
  moved,
});
