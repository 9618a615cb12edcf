import type { Redis } from 'ioredis';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { keepsExpired } from '../../../shared/model/expiry-machine.ts';
import type { Checkpoint } from '../checkpoint/checkpoint.ts';
import { readCheckpoint } from '../checkpoint/claim.ts';
import { readTasks } from '../checkpoint/task-index.ts';
import { partOf } from '../checkpoint/task-parts.ts';
import { asImportSource, readImportMode, setImportMode, type Import } from '../control/import-mode.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import type { TaskEvents } from '../events/task-events.ts';

/**
 * Turns the target's import-mode on. @returns undefined where the task does not want it, or the target or its user cannot. Of several parts
 * of a task one alone would see that the mode was off, and the others would not know what went meanwhile: none of them uses it.
 */
export async function beginImport(
  redis: Redis,
  spec: Pick<TaskSpec, 'task' | 'importMode' | 'fullOnly'>,
  abilities: Pick<TargetAbilities, 'importMode' | 'scripts'>,
): Promise<Import | undefined> {
  if (partOf(spec.task)) return undefined;
  // Without scripts a batch could not tell that the mode was turned off.
  if (spec.importMode !== 'use' || spec.fullOnly || !abilities.importMode || !abilities.scripts)
    return undefined;
  const before = await readImportMode(redis);
  if (before === undefined) return undefined;
  if (before === 'off' && !(await setImportMode(redis, 'on'))) return undefined;
  if (!(await asImportSource(redis))) {
    if (before === 'off') await setImportMode(redis, 'off');
    return undefined;
  }
  return { begun: before === 'off', ours: before === 'off' || (await anyOurs(redis, spec.task)) };
}

/** Turns it off where a task has turned it on, and no other one needs it. */
export async function endImport(redis: Redis, task: string, { importOurs }: Checkpoint): Promise<void> {
  if (!importOurs) return;
  for (const other of await readTasks(redis)) {
    if (other === task) continue;
    const checkpoint = await readCheckpoint(redis, other).catch(() => undefined);
    if (checkpoint?.active && keepsExpired(checkpoint.expiry)) return;
  }
  await setImportMode(redis, 'off');
}

/** Whether one of the tasks that use it now has turned it on; this task itself, where it was cut off. */
async function anyOurs(redis: Redis, task: string): Promise<boolean> {
  for (const name of new Set([task, ...(await readTasks(redis))])) {
    const checkpoint = await readCheckpoint(redis, name).catch(() => undefined);
    if (checkpoint?.importOurs && checkpoint.active && keepsExpired(checkpoint.expiry)) return true;
  }
  return false;
}

export function tellImport(
  events: Pick<TaskEvents, 'info' | 'warning' | 'changed'>,
  { task, importMode }: Pick<TaskSpec, 'task' | 'importMode'>,
  imported: Import | undefined,
): void {
  events.changed(imported?.ours ? { setting: 'import-mode', from: 'no', to: 'yes' } : null);
  if (importMode !== 'use') return;
  if (!imported)
    events.warning(
      partOf(task)
        ? 'import-mode of the target is not used where the source is a cluster, so expiry there is late'
        : 'import-mode of the target cannot be used, so expiry there is late: it takes Valkey 8.1 or later, and a user that may CONFIG GET, CONFIG SET, CLIENT IMPORT-SOURCE and EVAL',
    );
  else if (imported.begun)
    events.info('import-mode of the target is on until the task ends: its keys expire at their true time');
}
