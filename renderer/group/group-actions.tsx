import { Button, Group, Text, Tooltip } from '@mantine/core';
import { Pause, Play, Plus, Square } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useNewSetup } from '../shell/use-new-setup.ts';
import { useAction } from '../state/client.tsx';
import { useTasks } from '../state/groups.ts';
import { PAUSE_EXPLAINED } from '../task/task-actions.tsx';
import { useBeginTask } from '../tasks/begin-task.tsx';
import type { TaskAction } from '../tasks/task-actions.ts';
import { useAllowing } from './use-allowing.ts';

export interface GroupActionsProps {
  readonly name: string;
  readonly ids: readonly string[];
}

/** What can be done with all tasks of a group that allow it now. One that cannot do it says so, and the others do it all the same. */
export function GroupActions({ name, ids }: GroupActionsProps): ReactElement {
  const allowing = useAllowing(ids);
  const setup = useNewSetup();
  const begin = useBeginTask();
  const pause = useAction('task.pause');
  const resume = useAction('task.resume');
  const stop = useAction('task.stop');
  const confirm = useConfirm();
  const [busy, setBusy] = useState<TaskAction>();

  /** One after the other: a task may have to ask for a password. */
  const forAll = async (action: TaskAction, act: (id: string) => Promise<unknown>): Promise<void> => {
    setBusy(action);
    for (const task of allowing[action]) await act(task);
    setBusy(undefined);
  };
  const stopAll = async (): Promise<void> => {
    const sure = await confirm({
      title: `Stop all of “${name}”?`,
      body: <StopExplained ids={allowing.stop} />,
      confirm:
        allowing.stop.length === 1 ? 'Stop the task' : `Stop ${formatCount(allowing.stop.length)} tasks`,
    });
    if (sure) await forAll('stop', (task) => stop.run({ id: task }));
  };
  return (
    <Group gap="xs">
      {allowing.start.length > 0 && (
        <Button
          leftSection={<Play size={14} aria-hidden />}
          loading={busy === 'start'}
          onClick={() => void forAll('start', (task) => begin(task, 'task.start'))}
        >
          Start all
        </Button>
      )}
      {allowing.pause.length > 0 && (
        <Tooltip label={PAUSE_EXPLAINED} events={{ hover: true, focus: true, touch: false }}>
          <Button
            leftSection={<Pause size={14} aria-hidden />}
            loading={busy === 'pause'}
            onClick={() => void forAll('pause', (task) => pause.run({ id: task }))}
          >
            Pause all
          </Button>
        </Tooltip>
      )}
      {allowing.resume.length > 0 && (
        <Button
          leftSection={<Play size={14} aria-hidden />}
          loading={busy === 'resume'}
          onClick={() => void forAll('resume', (task) => resume.run({ id: task }))}
        >
          Resume all
        </Button>
      )}
      {allowing.stop.length > 0 && (
        <Button
          leftSection={<Square size={13} aria-hidden />}
          loading={busy === 'stop'}
          onClick={() => void stopAll()}
        >
          Stop all
        </Button>
      )}
      <Button
        variant="filled"
        leftSection={<Plus size={14} aria-hidden />}
        loading={setup.running}
        onClick={() => void setup.begin(ids[0])}
      >
        Add target
      </Button>
    </Group>
  );
}

function StopExplained({ ids }: { readonly ids: readonly string[] }): ReactElement {
  const targets = useTasks(ids).map(({ target }) => addressOf(target));
  return (
    <>
      <Text size="sm">
        What the source has written so far is applied to {targets.join(', ')} first, then the expiry of keys
        there is made exact. After that nothing more is received.
      </Text>
      <Text size="sm" mt="xs">
        Each can be resumed from where it stopped as long as the backlog of the source reaches back that far;
        after that, a new full copy is made.
      </Text>
    </>
  );
}
