import { Loader, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { RequestParams } from '../../shared/contract/api.ts';
import { describeOutlook } from '../../shared/format/outlook-words.ts';
import { sentence } from '../components/sentence.ts';
import { TimeText } from '../components/time-text.tsx';
import { useRequest } from '../state/client.tsx';
import { useTask } from '../state/tasks.ts';

/**
 * What a start of the task comes to, as soon as both servers have told; with changes of it that are not stored yet where there are any.
 * Whoever knows it already need not wait.
 */
export function StartOutlook(asked: RequestParams<'task.outlook'>): ReactElement | null {
  const existing = useTask(asked.id)?.existing;
  const { data, error, isFetching } = useRequest('task.outlook', asked, {
    forgets: asked.secrets !== undefined,
  });
  if (existing === undefined) return null;
  if (isFetching)
    return (
      <Text size="sm" role="status">
        <Loader size={12} mr="xs" aria-hidden /> Looking at both servers for what this comes to …
      </Text>
    );
  if (error || !data)
    return (
      <Text size="sm" role="status">
        What this comes to could not be found out{error ? `: ${sentence(error.fact)}` : '.'}
      </Text>
    );
  return (
    <div role="status">
      {describeOutlook(data, { existing }).map((text) => (
        <Text key={text} size="sm" mt="xs">
          {text}
        </Text>
      ))}
      {data.faults.map((fault) => (
        <Text key={fault} size="sm" mt="xs">
          {sentence(fault)}
        </Text>
      ))}
      <Text size="xs" c="dimmed" mt="xs">
        Read <TimeText atMs={data.atMs} />.
      </Text>
    </div>
  );
}
