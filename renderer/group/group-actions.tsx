import { Button, Group, Text, Tooltip } from '@mantine/core';
import { Pause, Play, Plus, Square } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import { addressOf } from '../../shared/model/server-address.ts';
import { useConfirm } from '../components/confirm.tsx';
import { useNewSetup } from '../shell/use-new-setup.ts';
import { useTasks } from '../state/groups.ts';
import { useSeveral } from '../tasks/list/use-several.ts';
import { PAUSE_EXPLAINED } from '../tasks/more/pause-explained.ts';

export interface GroupActionsProps {
  readonly name: string;
  readonly ids: readonly string[];
}

/** What can be done with all tasks of a group that allow it now. One that cannot do it says so, and the others do it all the same. */
export function GroupActions({ name, ids }: GroupActionsProps): ReactElement {
  const { allowing, busy, run } = useSeveral(ids);
  const setup = useNewSetup();
  const confirm = useConfirm();
  const stopAll = async (): Promise<void> => {
    const sure = await confirm({
      title: `Stop all of “${name}”?`,
      body: <StopExplained ids={allowing.stop} />,
      confirm:
        allowing.stop.length === 1 ? 'Stop the task' : `Stop ${formatCount(allowing.stop.length)} tasks`,
    });
    if (sure) await run('stop');
  };
  return (
    <Group gap="xs">
      {allowing.start.length > 0 && (
        <Button
          leftSection={<Play size={14} aria-hidden />}
          loading={busy === 'start'}
          onClick={() => void run('start')}
        >
          Start all
        </Button>
      )}
      {allowing.pause.length > 0 && (
        <Tooltip label={PAUSE_EXPLAINED} events={{ hover: true, focus: true, touch: false }}>
          <Button
            leftSection={<Pause size={14} aria-hidden />}
            loading={busy === 'pause'}
            onClick={() => void run('pause')}
          >
            Pause all
          </Button>
        </Tooltip>
      )}
      {allowing.resume.length > 0 && (
        <Button
          leftSection={<Play size={14} aria-hidden />}
          loading={busy === 'resume'}
          onClick={() => void run('resume')}
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
