import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { NoticeBox } from '../components/notice-box.tsx';
import { useRequest } from '../state/client.tsx';
import { href } from '../state/route.ts';

/** A rehearsal works with the task, which is why it cannot be changed, or rests. */
export function RehearsedNow({ id }: { readonly id: string }): ReactElement | null {
  const { data: state } = useRequest('rehearsal.state', { id });
  if (state?.status !== 'running' && state?.status !== 'ending') return null;
  return (
    <NoticeBox tone="work" title="This task is being rehearsed with" role="status">
      <p>
        Until the rehearsal is over the task cannot be started, paused, stopped or changed. Once its link is
        cut it rests, until the rehearsal goes on with it.
      </p>
      <Button component="a" href={href({ page: 'rehearsal', id })}>
        Show the rehearsal
      </Button>
    </NoticeBox>
  );
}
