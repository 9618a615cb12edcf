import { SegmentedControl, Switch } from '@mantine/core';
import type { ReactElement } from 'react';
import type { Settings } from '../../shared/contract/api.ts';
import { Panel } from '../components/panel.tsx';
import { useAction, useAppInfo } from '../state/client.tsx';
import { About } from './about.tsx';
import { AlertsPanel } from './alerts/alerts-panel.tsx';
import { NotificationsSetting } from './notifications-setting.tsx';
import { RunningSetting } from './running-setting.tsx';
import { SecretsSetting } from './secrets-setting.tsx';
import { SettingLine } from './setting-line.tsx';
import classes from './settings.module.css';

const THEMES: { readonly value: Settings['theme']; readonly label: string }[] = [
  { value: 'system', label: 'As the system' },
  { value: 'light', label: 'Light' },
  { value: 'dark', label: 'Dark' },
];

/** Choices for the whole application. Each holds from the moment it is made. */
export function SettingsPage(): ReactElement {
  const info = useAppInfo();
  const { run } = useAction('settings.change');
  return (
    <div className={classes.page}>
      <h1>Settings</h1>
      {info && (
        <>
          <Panel title="Appearance">
            <SettingLine label="Colours" labelId="theme-label">
              <SegmentedControl
                size="xs"
                aria-labelledby="theme-label"
                data={[...THEMES]}
                value={info.settings.theme}
                onChange={(value) => void run({ theme: THEMES.find((it) => it.value === value)?.value })}
              />
            </SettingLine>
          </Panel>
          <Panel title="Tasks">
            <Switch
              label="Resume tasks when Lockstep starts"
              description="Tasks that ran when it ended go on from their checkpoints by themselves. Otherwise they are offered to be resumed."
              checked={info.settings.resumeOnStart}
              onChange={(event) => void run({ resumeOnStart: event.currentTarget.checked })}
            />
            {info.host === 'desktop' && <RunningSetting info={info} />}
          </Panel>
          <Panel title="Notifications">
            <NotificationsSetting info={info} />
          </Panel>
          <AlertsPanel info={info} />
          {info.secrets === 'none' && (
            <Panel title="Passwords">
              <SecretsSetting info={info} />
            </Panel>
          )}
          <About info={info} />
        </>
      )}
    </div>
  );
}
