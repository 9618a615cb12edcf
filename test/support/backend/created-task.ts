import { vi } from 'vitest';
import type { BackendBench } from './backend-bench.ts';
import { fillDraft, type FilledDraft } from './fill-draft.ts';

/** Makes a task that is not started; time is played. @returns its id */
export async function createdTask(bench: BackendBench, filled: FilledDraft): Promise<string> {
  const filling = fillDraft(bench, filled);
  await vi.advanceTimersByTimeAsync(1000);
  const creating = bench.ask('task.create', { draftId: (await filling).id, start: false });
  await vi.advanceTimersByTimeAsync(1000);
  return (await creating).taskIds[0]!;
}
