import { Button } from '@mantine/core';
import { Unplug } from 'lucide-react';
import type { ReactElement } from 'react';
import { ERROR_CATALOGUE } from '../../shared/errors/catalogue.ts';
import { useClient } from '../state/client.tsx';
import { useTasksLoaded } from '../state/tasks.ts';
import classes from './shell.module.css';

/** Stands over the page while nothing new can be told; what was told last stays, greyed. */
export function ConnectionBanner({ shutOut }: { readonly shutOut: boolean }): ReactElement {
  const client = useClient();
  const loaded = useTasksLoaded();
  const { title, remedy } = shutOut ? SHUT_OUT : ERROR_CATALOGUE.HOST_GONE;
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

/** The host was started anew: it knows no browser of before. */
const SHUT_OUT = {
  title: 'Lockstep was started anew and asks for a new link',
  remedy: 'Open the link that stands in its terminal in this browser; this page then goes on by itself.',
};
