import { Switch, Text } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import type { AppInfo } from '../../shared/contract/api.ts';
import { askForPermission, notificationPermission } from '../notifications/permission.ts';
import { useAction } from '../state/client.tsx';

/** The desktop shows notifications by itself; in a browser the page does, if it may. */
export function NotificationsSetting({ info }: { readonly info: AppInfo }): ReactElement {
  const { run } = useAction('settings.change');
  const [permission, setPermission] = useState(notificationPermission);
  const inBrowser = info.host === 'browser';

  const change = async (wanted: boolean): Promise<void> => {
    if (wanted && inBrowser) {
      const answer = await askForPermission();
      setPermission(answer);
      if (answer !== 'granted') return;
    }
    await run({ notifications: wanted });
  };
  const hindrance = inBrowser ? HINDRANCES[permission] : undefined;
  return (
    <>
      <Switch
        label="Tell me when a task fails, is held up, or goes on again"
        description={
          inBrowser
            ? 'As notifications of this browser, while this page is open in one of its tabs.'
            : 'As notifications of the system, while Lockstep runs.'
        }
        checked={info.settings.notifications && hindrance === undefined}
        disabled={permission === 'unsupported' && inBrowser}
        onChange={(event) => void change(event.currentTarget.checked)}
      />
      <Text size="xs" role="status" mt={4} c="dimmed">
        {info.settings.notifications || permission !== 'default' ? hindrance : ''}
      </Text>
    </>
  );
}

const HINDRANCES: Readonly<Record<ReturnType<typeof notificationPermission>, string | undefined>> = {
  granted: undefined,
  default: 'This browser has not been asked yet whether this page may show notifications.',
  denied:
    'This browser does not let this page show notifications. Allow it in the settings of the browser for this address, then turn this on.',
  unsupported: 'This browser offers no notifications.',
};
