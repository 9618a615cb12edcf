import { Button } from '@mantine/core';
import type { ReactElement } from 'react';
import { NoticeBox } from '../components/notice-box.tsx';
import { useRequest } from '../state/client.tsx';
import { href } from '../state/route.ts';

/** A rehearsal works in the place of the task, which is why it rests. */
export function RehearsedNow({ id }: { readonly id: string }): ReactElement | null {
  const { data: state } = useRequest('rehearsal.state', { id });
  if (state?.status !== 'running' && state?.status !== 'ending') return null;
  return (
    <NoticeBox tone="work" title="This task is being rehearsed with" role="status">
      <p>
        A rehearsal works in its place, and goes on from its checkpoint. Until that is over the task cannot be
        started or changed.
      </p>
      <Button component="a" href={href({ page: 'rehearsal', id })}>
        Show the rehearsal
      </Button>
    </NoticeBox>
  );
}
