import { Button, Group } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { NoticeBox } from '../components/notice-box.tsx';
import { useAction } from '../state/client.tsx';
import { useTask, useTaskIds } from '../state/tasks.ts';
import { useBeginTask } from './begin-task.tsx';
import { useStartTask } from './start-task.tsx';
import classes from './tasks-page.module.css';

/** Tasks that ran when the application ended: each waits for somebody to say whether it is to go on. */
export function ResumeOffers(): ReactElement | null {
  const ids = useTaskIds(undefined, (task) => task.resumeOffered);
  const start = useStartTask();
  const begin = useBeginTask();
  const decline = useAction('task.declineResume');
  const [busy, setBusy] = useState(false);
  if (ids.length === 0) return null;

  /** One after the other: a task may have to ask for a password. */
  const forAll = async (act: (id: string) => Promise<unknown>): Promise<void> => {
    setBusy(true);
    for (const id of ids) await act(id);
    setBusy(false);
  };
  const several = ids.length > 1;
  return (
    <NoticeBox
      tone="work"
      role="status"
      title={several ? `${ids.length} tasks ran when Lockstep ended` : 'One task ran when Lockstep ended'}
    >
      <p>A task that is resumed goes on from its checkpoint on the target.</p>
      <ul className={classes.offers}>
        {ids.map((id) => (
          <Offer key={id} id={id} busy={busy} onStart={start} onDecline={(it) => decline.run({ id: it })} />
        ))}
      </ul>
      {several && (
        <Group gap="xs">
          <Button
            variant="filled"
            loading={busy}
            onClick={() => void forAll((id) => begin(id, 'task.start'))}
          >
            Resume all
          </Button>
          <Button disabled={busy} onClick={() => void forAll((id) => decline.run({ id }))}>
            Leave all stopped
          </Button>
        </Group>
      )}
    </NoticeBox>
  );
}

interface OfferProps {
  readonly id: string;
  readonly busy: boolean;
  readonly onStart: (id: string) => Promise<unknown>;
  readonly onDecline: (id: string) => Promise<unknown>;
}

function Offer({ id, busy, onStart, onDecline }: OfferProps): ReactElement {
  const name = useTask(id)?.name ?? id;
  return (
    <li>
      <span className={classes.offered}>{name}</span>
      <Button
        size="compact-xs"
        disabled={busy}
        aria-label={`Resume ${name}`}
        onClick={() => void onStart(id)}
      >
        Resume
      </Button>
      <Button
        size="compact-xs"
        disabled={busy}
        aria-label={`Leave stopped: ${name}`}
        onClick={() => void onDecline(id)}
      >
        Leave stopped
      </Button>
    </li>
  );
}
