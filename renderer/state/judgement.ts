import type { ShownTask } from '../../shared/format/task-sentence.ts';
import { judge, type Judgement } from '../../shared/model/judgement.ts';
import { useNow } from './now.ts';
import { useTask } from './tasks.ts';

export interface JudgedTaskNow {
  readonly task: ShownTask;
  readonly judgement: Judgement;
  readonly nowMs: number;
}

/** A task and how it is now: anew with each report, and each second without one. */
export function useJudged(id: string): JudgedTaskNow | undefined {
  const task = useTask(id);
  const nowMs = useNow();
  return task && { task, nowMs, judgement: judge(task, nowMs) };
}
