import { ActionIcon, Menu, Text, Tooltip } from '@mantine/core';
import {
  CopyPlus,
  ExternalLink,
  Handshake,
  Pause,
  Pencil,
  Play,
  Plus,
  Square,
  Timer,
  Trash2,
  type LucideIcon,
} from 'lucide-react';
import { useRef, useState, type ReactElement, type RefObject } from 'react';
import { isActive, type TaskView } from '../../shared/model/task-view.ts';
import type { TargetStanding } from '../../shared/model/target-standing.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';
import { useNewSetup } from '../shell/use-new-setup.ts';
import { navigate } from '../state/route.ts';
import { canCopyAgain, COPY_AGAIN_WORD, useCopyAgain } from './copy-again.tsx';
import { LateWhenDeleted } from './late-when-deleted.tsx';
import { RELEASE_WORD, useReleaseTask } from './release-task.tsx';
import { MoreMenu } from './more/more-menu.tsx';
import { canRehearse, REHEARSE_WORD } from './rehearse-task.ts';
import { useStartTask } from './start-task.tsx';
import { useStopTask } from './stop-task.tsx';
import { actionsOf, canDelete, startAllTheSameWord, startWord, type TaskAction } from './task-actions.ts';
import classes from './task-table.module.css';

export interface RowActionsProps {
  readonly task: Pick<
    TaskView,
    'id' | 'name' | 'state' | 'startedAtMs' | 'targetStanding' | 'failure' | 'moved' | 'sandbox' | 'fullOnly'
  >;
}

const ICONS: Readonly<Record<TaskAction, LucideIcon>> = {
  start: Play,
  edit: Pencil,
  'set-up': Plus,
  pause: Pause,
  resume: Play,
  stop: Square,
};

/** The buttons at the end of a task's line. */
export function RowActions({ task }: RowActionsProps): ReactElement {
  const { id, name, state, targetStanding, sandbox } = task;
  const more = useRef<HTMLButtonElement>(null);
  const run = useRowActions(id, name, targetStanding, more);
  const [busy, setBusy] = useState(false);
  const words: Readonly<Record<TaskAction, string>> = {
    start: startWord(task),
    edit: 'Edit the settings of',
    'set-up': 'Set up another task than',
    pause: 'Pause',
    resume: 'Resume',
    stop: 'Stop',
  };
  const actions = actionsOf(task);
  const act = async (action: () => Promise<unknown>): Promise<void> => {
    setBusy(true);
    await action();
    setBusy(false);
  };
  return (
    <div className={classes.actions}>
      {actions.map((action) => {
        const Icon = ICONS[action];
        return (
          <Tooltip key={action} label={words[action]}>
            <ActionIcon
              aria-label={`${words[action]} ${name}`}
              disabled={busy}
              onClick={() => void act(run[action])}
            >
              <Icon size={15} aria-hidden />
            </ActionIcon>
          </Tooltip>
        );
      })}
      <MoreMenu
        task={task}
        button={more}
        looks={{}}
        label={`More about ${name}`}
        last={
          <Menu.Item
            leftSection={<Trash2 size={14} aria-hidden />}
            disabled={!canDelete(state)}
            onClick={() => void act(run.delete)}
          >
            {canDelete(state) ? 'Delete…' : 'Delete (stop it first)'}
          </Menu.Item>
        }
      >
        <Menu.Item
          leftSection={<ExternalLink size={14} aria-hidden />}
          onClick={() => navigate({ page: 'task', id, tab: 'overview' })}
        >
          Open
        </Menu.Item>
        {!isActive(state) && !actions.includes('start') && (
          <Menu.Item leftSection={<Play size={14} aria-hidden />} onClick={() => void act(run.start)}>
            {startAllTheSameWord(task)}
          </Menu.Item>
        )}
        {!isActive(state) && targetStanding !== 'exact' && (
          <Menu.Item leftSection={<Handshake size={14} aria-hidden />} onClick={() => void act(run.release)}>
            {RELEASE_WORD}
          </Menu.Item>
        )}
        {canCopyAgain(task) && (
          <Menu.Item
            leftSection={<CopyPlus size={14} aria-hidden />}
            onClick={() => void act(run['copy-again'])}
          >
            {COPY_AGAIN_WORD}…
          </Menu.Item>
        )}
        {canRehearse(task) && (
          <Menu.Item
            leftSection={<Timer size={14} aria-hidden />}
            onClick={() => navigate({ page: 'rehearsal', id })}
          >
            {REHEARSE_WORD}
          </Menu.Item>
        )}
        {!sandbox && (
          <Menu.Item leftSection={<Plus size={14} aria-hidden />} onClick={() => void act(run['add-target'])}>
            Add another target…
          </Menu.Item>
        )}
      </MoreMenu>
    </div>
  );
}

function useRowActions(
  id: string,
  name: string,
  standing: TargetStanding,
  more: RefObject<HTMLButtonElement | null>,
): Readonly<Record<TaskAction | 'release' | 'copy-again' | 'add-target' | 'delete', () => Promise<unknown>>> {
  const start = useStartTask();
  const setup = useNewSetup();
  const pause = useAction('task.pause');
  const resume = useAction('task.resume');
  const stop = useStopTask();
  const release = useReleaseTask();
  const copyAgain = useCopyAgain();
  const remove = useAction('task.delete');
  const confirm = useConfirm();
  return {
    start: () => start(id),
    edit: () => Promise.resolve(navigate({ page: 'task', id, tab: 'settings' })),
    'set-up': () => setup.begin(),
    pause: () => pause.run({ id }),
    resume: () => resume.run({ id }),
    stop: () => stop.ask(id, name),
    release: () => release.ask(id, more.current),
    'copy-again': () => copyAgain(id, more.current),
    'add-target': () => setup.begin(id),
    delete: async () => {
      const sure = await confirm({
        title: `Delete “${name}”?`,
        body: (
          <>
            <Text size="sm">
              Its settings, its log and its history are removed from this machine. Both servers keep their
              data: what is on the target stays there.
            </Text>
            <LateWhenDeleted standing={standing} />
          </>
        ),
        confirm: 'Delete the task',
        danger: true,
        returnFocusTo: more.current,
      });
      return sure && remove.run({ id });
    },
  };
}
