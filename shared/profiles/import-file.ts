import type { ExportedTask } from './exported-task.ts';
import type { Imported } from './imported.ts';
import { portionsOf } from './portions.ts';
import { readProfileFile } from './profile-file.ts';

/** Gives the tasks of a file to an application, as many at once as a request takes. @throws RequestError REQUEST_INVALID, and as `give` does */
export async function importFile(
  text: string,
  give: (tasks: ExportedTask[]) => Promise<Imported>,
): Promise<Imported> {
  const { tasks, left } = readProfileFile(text);
  const all: Imported = { taken: [], left: [...left] };
  for (const portion of portionsOf(tasks)) {
    const answer = await give(portion);
    all.taken.push(...answer.taken);
    all.left.push(...answer.left);
  }
  return all;
}
