import { describeTask } from '../../../../shared/format/task-sentence.ts';
import { STATUS_WORDS } from '../../../../shared/format/task-status.ts';
import { judge, type JudgedTask } from '../../../../shared/model/judgement.ts';
import { addressOf } from '../../../../shared/model/server-address.ts';
import type { TaskStatus } from '../../../../shared/model/task-status.ts';
import type { TaskView } from '../../../../shared/model/task-view.ts';
import type { Tone } from '../../../../shared/model/tone.ts';

/** What a program is told of a task. */
export interface ToldTask extends Pick<
  TaskView,
  | 'id'
  | 'name'
  | 'state'
  | 'phase'
  | 'metrics'
  | 'drift'
  | 'failure'
  | 'trouble'
  | 'question'
  | 'missingSecrets'
> {
  readonly group: string | null;
  readonly source: string;
  readonly target: string;
  readonly status: TaskStatus;
  readonly tone: Tone;
  readonly sentence: string;
}

/** `nowMs`: by the clock of this machine, which is that of the host and of its engines. */
export function toldTask(view: TaskView, nowMs: number): ToldTask {
  const { id, name, state, phase, metrics, drift, failure, trouble, question, missingSecrets } = view;
  const heard: TaskView & JudgedTask = metrics ? { ...view, heardAtMs: metrics.atMs } : view;
  const judgement = judge(heard, nowMs);
  return {
    ...{ id, name, group: view.group?.name ?? null },
    ...{ source: addressOf(view.source), target: addressOf(view.target) },
    ...{ state, phase, status: judgement.status, tone: judgement.tone },
    sentence: describeTask(heard, nowMs, judgement),
    ...{ metrics, drift, failure, trouble, question, missingSecrets },
  };
}

/** A table for a person, a line a task; as wide as what stands in it. */
export function tableOf(tasks: readonly ToldTask[]): string {
  const rows = tasks.map(({ id, name, status, source, target }) => [
    ...[id, name, STATUS_WORDS[status], `${source} → ${target}`],
  ]);
  const lines = [['ID', 'NAME', 'STATUS', 'SERVERS'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...lines.map((line) => [...line[column]!].length)));
  return lines
    .map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  '))
    .join('\n');
}
