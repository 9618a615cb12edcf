import { Button } from '@mantine/core';
import { Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import { faultWords } from '../../shared/errors/fault-words.ts';
import { useClient } from '../state/client.tsx';
import { useTasksLoaded } from '../state/tasks.ts';
import classes from './shell.module.css';

/** Stands over the page while nothing new can be told; what was told last stays, greyed. */
export function ConnectionBanner({ shutOut }: { readonly shutOut: boolean }): ReactElement {
  const client = useClient();
  const loaded = useTasksLoaded();
  const { title, remedy } = shutOut ? SHUT_OUT : faultWords('HOST_GONE');
  return (
    <div role="alert" className={classes.gone}>
      <Unplug size={18} aria-hidden />
      <p>
        <b>{title}.</b> {loaded && 'What you see is as it was last. '}
        {remedy}
      </p>
      <Button onClick={() => client.retry()}>Try now</Button>
    </div>
  );
}

/** The host knows no browser of before its start, and none that was signed out or idle for too long. */
const SHUT_OUT = {
  title: 'Lockstep asks for a new link',
  remedy:
    'It was started anew, or this browser was signed out or had no page open for 8 hours. Open a new link from its terminal in this browser (Enter prints one); this page then goes on by itself.',
};
