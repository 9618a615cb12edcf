import { Text } from '@mantine/core';
import type { ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import { describeReach } from '../../shared/format/backlog-words.ts';
import { formatKeys } from '../../shared/format/numbers.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import { useConfirm } from '../components/confirm.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useAction } from '../state/client.tsx';
import { useTask } from '../state/tasks.ts';

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
      body: <StopExplained id={id} />,
      confirm: 'Stop the task',
    });
    return sure && stop.run({ id });
  };
  return { ask, running: stop.running };
}

/** With the figures of the last report, which go on changing while somebody reads. */
function StopExplained({ id }: { readonly id: string }): ReactElement {
  const task = useTask(id);
  const metrics = task?.metrics;
  return (
    <>
      <Text size="sm">
        {task?.state === 'paused'
          ? 'What waits in the buffer on this machine is not applied: the target stays as it is, and the expiry of its keys is made exact.'
          : 'What the source has written so far is applied first, then the expiry of keys on the target is made exact.'}{' '}
        After that the target receives nothing more.
      </Text>
      {task && metrics?.countedAtMs !== undefined && (
        <Text size="sm" mt="xs">
          {addressOf(task.target)} holds {formatKeys(targetKeys(metrics))} (counted{' '}
          <TimeText atMs={metrics.countedAtMs} />
          ). They stay.
        </Text>
      )}
      <Text size="sm" mt="xs">
        {metrics?.backlog ? (
          <>
            {describeReach(metrics.backlog)} (read <TimeText atMs={metrics.backlog.atMs} />
            ).
          </>
        ) : (
          <>
            The task can be resumed from where it stopped as long as the backlog of the source reaches back
            that far; after that, a new full copy is made.
          </>
        )}
      </Text>
    </>
  );
}

const targetKeys = ({ databases }: Metrics): number =>
  databases.reduce((sum, database) => sum + database.targetKeys, 0);
