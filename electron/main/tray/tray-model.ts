import { byNeed } from '../../../shared/format/group-sentence.ts';
import { describeTask, type ShownTask } from '../../../shared/format/task-sentence.ts';
import { summarise } from '../../../shared/format/tasks-summary.ts';
import type { Tone } from '../../../shared/model/tone.ts';
import type { TaskView } from '../../../shared/model/task-view.ts';

/** More stand in the window. */
const MOST_LINES = 12;
const LONGEST_LINE = 90;

export interface TrayModel {
  /** Of the task that needs somebody most; calm where there is none. */
  readonly tone: Tone;
  readonly tooltip: string;
  readonly lines: readonly { readonly id: string; readonly text: string }[];
  readonly more: number;
}

/** What the tray says of all tasks: those that need somebody first, and none that was stopped. */
export function trayModel(tasks: readonly TaskView[], nowMs: number): TrayModel {
  const heard = tasks.map((task): ShownTask => ({ ...task, heardAtMs: task.metrics?.atMs ?? nowMs }));
  const judged = byNeed(heard, nowMs).filter(({ judgement }) => judgement.status !== 'stopped');
  const lines = judged.slice(0, MOST_LINES).map(({ task, judgement }) => ({
    id: task.id,
    text: cut(`${task.name}: ${describeTask(task, nowMs, judgement)}`),
  }));
  const summary = summarise(heard, nowMs);
  return {
    tone: judged[0]?.judgement.tone ?? 'calm',
    tooltip: `Lockstep: ${summary || 'no task runs'}`,
    lines,
    more: judged.length - lines.length,
  };
}

const cut = (text: string): string =>
  [...text].length <= LONGEST_LINE ? text : `${[...text].slice(0, LONGEST_LINE - 1).join('')}…`;
