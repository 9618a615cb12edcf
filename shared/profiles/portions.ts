import { MAX_REQUEST_BYTES } from '../contract/frames.ts';
import type { ExportedTask } from './exported-task.ts';

/** What a request has beside its tasks takes far less than the rest. */
const MOST_BYTES = MAX_REQUEST_BYTES - 16 * 1024;

/** Tasks in as many requests as they need, each of which fits one frame. */
export function portionsOf(tasks: readonly ExportedTask[]): ExportedTask[][] {
  const portions: ExportedTask[][] = [];
  let left = 0;
  for (const task of tasks) {
    const bytes = new TextEncoder().encode(JSON.stringify(task)).length + 1;
    if (bytes > left) {
      portions.push([]);
      left = MOST_BYTES;
    }
    portions.at(-1)!.push(task);
    left -= bytes;
  }
  return portions;
}
