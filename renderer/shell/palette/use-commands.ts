import { ArrowRight, List, Pause, Play, Plus, Server, Settings, Square, type LucideIcon } from 'lucide-react';
import { addressOf } from '../../../shared/model/server-address.ts';
import { describeTask } from '../../../shared/format/task-sentence.ts';
import { useAction } from '../../state/client.tsx';
import { navigate } from '../../state/route.ts';
import { useTaskStore } from '../../state/tasks.ts';
import { useStartTask } from '../../tasks/start-task.tsx';
import { useStopTask } from '../../tasks/stop-task.tsx';
import { actionsOf, startWord, type TaskAction } from '../../tasks/task-actions.ts';
import { useNewSetup } from '../use-new-setup.ts';

export interface Command {
  readonly id: string;
  readonly label: string;
  readonly description?: string;
  /** What it is found by besides. */
  readonly keywords: readonly string[];
  readonly Icon: LucideIcon;
  readonly run: () => unknown;
}

const ICONS = { start: Play, pause: Pause, resume: Play, stop: Square } as const;
type Act = keyof typeof ICONS;
const isAct = (action: TaskAction): action is Act => Object.hasOwn(ICONS, action);

/** All that can be done from anywhere, as it is now: pages, tasks, and what each task allows. */
export function useCommands(): () => Command[] {
  const setup = useNewSetup();
  const start = useStartTask();
  const stop = useStopTask();
  const pause = useAction('task.pause');
  const resume = useAction('task.resume');
  return () => {
    const nowMs = Date.now();
    const tasks = Object.values(useTaskStore.getState().byId);
    const pages: Command[] = [
      {
        id: 'new',
        label: 'New synchronisation',
        keywords: ['set up', 'create'],
        Icon: Plus,
        run: () => setup.begin(),
      },
      {
        id: 'tasks',
        label: 'All tasks',
        keywords: ['list', 'go to'],
        Icon: List,
        run: () => navigate({ page: 'tasks' }),
      },
      {
        ...{ id: 'servers', label: 'Servers', keywords: ['book', 'production', 'go to'] },
        ...{ Icon: Server, run: () => navigate({ page: 'servers' }) },
      },
      {
        ...{ id: 'settings', label: 'Settings', keywords: ['alerts', 'colours', 'go to'] },
        ...{ Icon: Settings, run: () => navigate({ page: 'settings' }) },
      },
    ];
    const opens = tasks.map((task): Command => ({
      id: `open ${task.id}`,
      label: task.name,
      description: describeTask(task, nowMs),
      keywords: [task.label ?? '', addressOf(task.source), addressOf(task.target)],
      Icon: ArrowRight,
      run: () => navigate({ page: 'task', id: task.id, tab: 'overview' }),
    }));
    const acts = tasks.flatMap((task) =>
      actionsOf(task)
        .filter(isAct)
        .map((act): Command => {
          const { id, name } = task;
          const runs: Readonly<Record<Act, () => unknown>> = {
            start: () => start(id),
            pause: () => pause.run({ id }),
            resume: () => resume.run({ id }),
            stop: () => stop.ask(id, name),
          };
          const word = act === 'start' ? startWord(task) : WORDS[act];
          return {
            id: `${act} ${id}`,
            label: `${word} ${name}`,
            keywords: [task.label ?? ''],
            Icon: ICONS[act],
            run: runs[act],
          };
        }),
    );
    return [...pages, ...opens, ...acts];
  };
}

const WORDS = { pause: 'Pause', resume: 'Resume', stop: 'Stop' } as const;
