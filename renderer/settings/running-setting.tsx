import { Switch } from '@mantine/core';
import type { ReactElement } from 'react';
import type { AppInfo } from '../../shared/contract/api.ts';
import { useAction } from '../state/client.tsx';
import classes from './settings.module.css';

/** Of the desktop: whether tasks need its window, and whether it starts with the session. */
export function RunningSetting({ info: { settings } }: { readonly info: AppInfo }): ReactElement {
  const { run } = useAction('settings.change');
  return (
    <div className={classes.running}>
      <Switch
        label="Keep tasks running when the window is closed"
        description="An icon in the tray shows how they are, opens the window again, and quits. Without a tray, starting Lockstep again opens the window."
        checked={settings.keepRunning}
        onChange={(event) => void run({ keepRunning: event.currentTarget.checked })}
      />
      <Switch
        label="Start Lockstep when you log in"
        description="Without its window, where tasks may run without one."
        checked={settings.startAtLogin}
        onChange={(event) => void run({ startAtLogin: event.currentTarget.checked })}
      />
    </div>
  );
}
