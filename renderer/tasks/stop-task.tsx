import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { useConfirm } from '../components/confirm.tsx';
import { useAction } from '../state/client.tsx';

/** Stops a task once its user has confirmed it, knowing what that means. */
export function useStopTask(): {
  readonly ask: (id: string, name: string) => Promise<unknown>;
  readonly running: boolean;
} {
  const stop = useAction('task.stop');
  const confirm = useConfirm();
  const ask = async (id: string, name: string): Promise<unknown> => {
    const sure = await confirm({
      title: `Stop “${name}”?`,
      body: <StopExplained />,
      confirm: 'Stop the task',
    });
    return sure && stop.run({ id });
  };
  return { ask, running: stop.running };
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
