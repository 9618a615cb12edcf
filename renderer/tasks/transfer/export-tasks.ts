import { profileFileText } from '../../../shared/profiles/profile-file.ts';
import { saveFile } from '../../export/save-file.ts';
import { useTaskStore } from '../../state/tasks.ts';

/** Offers these tasks as one file without secrets. */
export function exportTasks(ids: readonly string[]): void {
  const { byId } = useTaskStore.getState();
  const atMs = Date.now();
  const day = new Date(atMs).toISOString().slice(0, 10);
  const tasks = ids.flatMap((id) => byId[id] ?? []);
  saveFile(`lockstep-tasks-${day}.json`, 'application/json', profileFileText(tasks, atMs));
}
