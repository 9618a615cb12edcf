import type { TaskView } from '../../shared/model/task-view.ts';

export interface LeavingQuestion {
  readonly message: string;
  readonly detail: string;
  /** What the button says that ends the application. */
  readonly leave: string;
}

const TASKS =
  'The target gets no more changes while the application is closed. At its next start the tasks can go on from where they were.';
const REHEARSALS =
  'A rehearsal that is under way is broken off: its report has what was measured by then, and no key is removed.';

/** What has to be known before the application ends; undefined where nothing works. */
export function leavingQuestion(
  tasks: readonly Pick<TaskView, 'name'>[],
  rehearsals: number,
): LeavingQuestion | undefined {
  const running = [counted(tasks.length, 'task'), counted(rehearsals, 'rehearsal')].filter(
    (one) => one !== '',
  );
  if (running.length === 0) return undefined;
  const verb = tasks.length + rehearsals === 1 ? 'is' : 'are';
  const parts = [
    tasks.map(({ name }) => name).join('\n'),
    tasks.length > 0 ? TASKS : '',
    rehearsals > 0 ? REHEARSALS : '',
  ];
  return {
    message: `${running.join(' and ')} ${verb} running`,
    detail: parts.filter((part) => part !== '').join('\n\n'),
    leave: tasks.length > 0 ? 'Stop tasks and quit' : 'Break off and quit',
  };
}

const counted = (count: number, what: string): string =>
  count === 0 ? '' : count === 1 ? `1 ${what}` : `${count} ${what}s`;
