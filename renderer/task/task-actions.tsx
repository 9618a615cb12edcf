import { Button, Group, Menu, Tooltip } from '@mantine/core';
import { CopyPlus, Pause, Pencil, Play, Square, Timer } from 'lucide-react';
import { useRef, type ReactElement } from 'react';
import { nextStep } from '../../shared/model/start-offer.ts';
import { isActive, type TaskView } from '../../shared/model/task-view.ts';
import { useAction } from '../state/client.tsx';
import { navigate } from '../state/route.ts';
import { canCopyAgain, COPY_AGAIN_WORD, useCopyAgain } from '../tasks/copy-again.tsx';
import { MoreMenu } from '../tasks/more/more-menu.tsx';
import { PAUSE_EXPLAINED } from '../tasks/more/pause-explained.ts';
import { canRehearse, REHEARSE_WORD } from '../tasks/rehearse-task.ts';
import { useStartTask } from '../tasks/start-task.tsx';
import { useStopTask } from '../tasks/stop-task.tsx';
import { actionsOf, startWord } from '../tasks/task-actions.ts';
import { useTaskPart } from './use-task-part.ts';

const pickActions = ({ state, startedAtMs, name, moved, failure, fullOnly, sandbox }: TaskView) => ({
  ...{ state, startedAtMs, name, fullOnly, sandbox },
  ...{ moved, failure },
});

/** What can be done with a task in its present state. */
export function TaskActions({ id }: { readonly id: string }): ReactElement | null {
  const task = useTaskPart(id, pickActions);
  const start = useStartTask();
  const pause = useAction('task.pause');
  const resume = useAction('task.resume');
  const stop = useStopTask();
  const copyAgain = useCopyAgain();
  const more = useRef<HTMLButtonElement>(null);
  if (!task) return null;
  const { state, startedAtMs, name, sandbox } = task;
  const actions = actionsOf(task);
  const next = isActive(state) ? undefined : nextStep(task);

  return (
    <Group gap="xs" wrap="nowrap">
      {next !== undefined && next !== 'leave' && (
        <Button
          variant={next === 'start' ? 'filled' : 'default'}
          leftSection={<Play size={14} aria-hidden />}
          onClick={() => void start(id)}
        >
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
          onClick={() => void stop.ask(id, name)}
        >
          Stop
        </Button>
      )}
      <Button
        variant={next === 'settings' ? 'filled' : 'default'}
        leftSection={<Pencil size={13} aria-hidden />}
        onClick={() => navigate({ page: 'task', id, tab: 'settings' })}
      >
        Edit
      </Button>
      <MoreMenu
        task={{ id, name, sandbox }}
        button={more}
        looks={{ variant: 'default', size: 30 }}
        label="More that can be done"
      >
        {canRehearse(task) && (
          <Menu.Item
            leftSection={<Timer size={14} aria-hidden />}
            onClick={() => navigate({ page: 'rehearsal', id })}
          >
            {REHEARSE_WORD}
          </Menu.Item>
        )}
        {canCopyAgain(task) && (
          <Menu.Item
            leftSection={<CopyPlus size={14} aria-hidden />}
            onClick={() => void copyAgain(id, more.current)}
          >
            {COPY_AGAIN_WORD}…
          </Menu.Item>
        )}
      </MoreMenu>
    </Group>
  );
}
