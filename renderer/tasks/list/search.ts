import { create } from 'zustand';
import { STATUS_WORDS } from '../../../shared/format/task-status.ts';
import type { ShownTask } from '../../../shared/format/task-sentence.ts';
import { judge } from '../../../shared/model/judgement.ts';
import { addressOf } from '../../../shared/model/server-address.ts';

/** What the list is searched for, as long as the page is open. */
export const useSearch = create<{ readonly text: string }>(() => ({ text: '' }));

export const searchFor = (text: string): void => useSearch.setState({ text });

/** Whether each word is somewhere in what the line of the task shows: its name, label, group, addresses or state. */
export function fitsSearch(task: ShownTask, text: string, nowMs: number): boolean {
  const words = text.toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) return true;
  const shown = [
    ...[task.name, task.label ?? '', task.group?.name ?? ''],
    ...[addressOf(task.source), addressOf(task.target)],
    STATUS_WORDS[judge(task, nowMs).status],
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => shown.includes(word));
}
