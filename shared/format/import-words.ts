import type { Imported } from '../profiles/imported.ts';
import { MOST_FILE_TASKS } from '../profiles/exported-task.ts';
import type { LeftTask } from '../profiles/profile-file.ts';
import { formatCount } from './numbers.ts';

const counted = (count: number): string => (count === 1 ? '1 task' : `${formatCount(count)} tasks`);

/** `2 tasks were taken over, 1 was not` */
export function describeImported({ taken, left }: Imported): string {
  if (taken.length === 0 && left.length === 0) return 'The file has no tasks';
  const was = (count: number): string => (count === 1 ? 'was' : 'were');
  const took =
    taken.length === 0
      ? 'No task was taken over'
      : `${counted(taken.length)} ${was(taken.length)} taken over`;
  return left.length === 0 || taken.length === 0
    ? took
    : `${took}, ${formatCount(left.length)} ${was(left.length)} not`;
}

/** Why a task of a file was not taken: a clause. */
export function describeLeft({ why, fact }: LeftTask): string {
  switch (why) {
    case 'here':
      return 'this very task is here already';
    case 'full':
      return `there is room for ${MOST_FILE_TASKS} tasks`;
    case 'unreadable':
      return fact ?? 'it cannot be read';
  }
}
