import { Button, Group, Text, Tooltip } from '@mantine/core';
import { Pause, Pencil, Play, Square } from 'lucide-react';
import type { ReactElement } from 'react';
import type { TaskView } from '../../shared/model/task-view.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';
import { navigate } from '../state/route.ts';
import { useStartTask } from '../tasks/start-task.tsx';
import { actionsOf, startWord } from '../tasks/task-actions.ts';
import { useTaskPart } from './use-task-part.ts';

export const PAUSE_EXPLAINED =
  'While it is paused, changes of the source wait in the spool, and keys do not expire on the target.';

const pickActions = ({ state, startedAtMs, name }: TaskView) => ({ state, startedAtMs, name });

/** What can be done with a task in its present state. */
export function TaskActions({ id }: { readonly id: string }): ReactElement | null {
  const task = useTaskPart(id, pickActions);
  const start = useStartTask();
  const pause = useAction('task.pause');
  const resume = useAction('task.resume');
  const stop = useAction('task.stop');
  const confirm = useConfirm();
  if (!task) return null;
  const { state, startedAtMs, name } = task;
  const actions = actionsOf(state);

  const askToStop = async (): Promise<void> => {
    const sure = await confirm({
      title: `Stop “${name}”?`,
      body: <StopExplained />,
      confirm: 'Stop the task',
    });
    if (sure) await stop.run({ id });
  };
  return (
    <Group gap="xs" wrap="nowrap">
      {actions.includes('start') && (
        <Button variant="filled" leftSection={<Play size={14} aria-hidden />} onClick={() => void start(id)}>
          {startWord({ state, startedAtMs })}
        </Button>
      )}
      {actions.includes('pause') && (
        <Tooltip label={PAUSE_EXPLAINED} events={{ hover: true, focus: true, touch: false }}>
          <Button
            leftSection={<Pause size={14} aria-hidden />}
            loading={pause.running}
            onClick={() => void pause.run({ id })}
          >
            Pause
          </Button>
        </Tooltip>
      )}
      {actions.includes('resume') && (
        <Button
          variant="filled"
          leftSection={<Play size={14} aria-hidden />}
          loading={resume.running}
          onClick={() => void resume.run({ id })}
        >
          Resume
        </Button>
      )}
      {actions.includes('stop') && (
        <Button
          leftSection={<Square size={13} aria-hidden />}
          loading={stop.running}
          onClick={() => void askToStop()}
        >
          Stop
        </Button>
      )}
      <Button
        leftSection={<Pencil size={13} aria-hidden />}
        onClick={() => navigate({ page: 'task', id, tab: 'settings' })}
      >
        Edit
      </Button>
    </Group>
  );
}

const StopExplained = (): ReactElement => (
  <>
    <Text size="sm">
      What the source has written so far is applied first, then the expiry of keys on the target is made
      exact. After that the target receives nothing more.
    </Text>
    <Text size="sm" mt="xs">
      The task can be resumed from where it stopped as long as the backlog of the source reaches back that
      far; after that, a new full copy is made.
    </Text>
  </>
);
