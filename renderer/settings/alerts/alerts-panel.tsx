import { Switch, Text } from '@mantine/core';
import type { ReactElement } from 'react';
import type { AlertSettings } from '../../../shared/alerts/alert-settings.ts';
import type { AppInfo } from '../../../shared/contract/api.ts';
import { Panel } from '../../components/panel.tsx';
import { useAction, useRequest } from '../../state/client.tsx';
import { AlertNumber } from './alert-number.tsx';
import classes from './alerts.module.css';
import { QuietHours } from './quiet-hours.tsx';
import { WebhookSetting } from './webhook-setting.tsx';

/** What is worth an alert, whom it is told, and when nobody is to be woken. */
export function AlertsPanel({ info }: { readonly info: AppInfo }): ReactElement | null {
  const { data: state } = useRequest('alerts.state', {}, { freshForMs: Number.POSITIVE_INFINITY });
  const { run } = useAction('alerts.change', { refreshes: ['alerts.state'] });
  if (!state) return null;
  const { settings } = state;
  const change = (changes: Partial<AlertSettings>): void =>
    void run({ settings: { ...settings, ...changes } });
  const { lag, drift, failed, buffer, certificate } = settings;
  return (
    <Panel title="Alerts">
      <div className={classes.alerts}>
        <div className={classes.rule}>
          <Switch
            label="A task is behind by more than"
            checked={lag.on}
            onChange={(event) => change({ lag: { ...lag, on: event.currentTarget.checked } })}
          />
          <AlertNumber
            label="Seconds behind"
            unit="s"
            value={lag.seconds}
            max={86_400}
            onChange={(seconds) => change({ lag: { ...lag, seconds } })}
          />
          <span>for</span>
          <AlertNumber
            label="Minutes behind"
            unit="min"
            value={lag.forMinutes}
            min={0}
            max={1440}
            onChange={(forMinutes) => change({ lag: { ...lag, forMinutes } })}
          />
        </div>
        <div className={classes.rule}>
          <Switch
            label="The sides of a task differ for"
            checked={drift.on}
            onChange={(event) => change({ drift: { ...drift, on: event.currentTarget.checked } })}
          />
          <AlertNumber
            label="Minutes that the sides differ"
            unit="min"
            value={drift.forMinutes}
            min={0}
            max={1440}
            onChange={(forMinutes) => change({ drift: { ...drift, forMinutes } })}
          />
        </div>
        <div className={classes.rule}>
          <Switch
            label="A task has failed"
            checked={failed.on}
            onChange={(event) => change({ failed: { on: event.currentTarget.checked } })}
          />
        </div>
        <div className={classes.rule}>
          <Switch
            label="The buffer of a task is full to"
            checked={buffer.on}
            onChange={(event) => change({ buffer: { ...buffer, on: event.currentTarget.checked } })}
          />
          <AlertNumber
            label="Percent of the buffer"
            unit="%"
            value={buffer.percent}
            max={100}
            onChange={(percent) => change({ buffer: { ...buffer, percent } })}
          />
        </div>
        <div className={classes.rule}>
          <Switch
            label="A certificate that a task was given ends in"
            checked={certificate.on}
            onChange={(event) => change({ certificate: { ...certificate, on: event.currentTarget.checked } })}
          />
          <AlertNumber
            label="Days before a certificate ends"
            unit="days"
            value={certificate.days}
            max={365}
            onChange={(days) => change({ certificate: { ...certificate, days } })}
          />
        </div>
        {info.host === 'desktop' && (
          <div className={classes.rule}>
            <Switch
              label="Show alerts as notifications of the system"
              checked={settings.desktop}
              onChange={(event) => change({ desktop: event.currentTarget.checked })}
            />
          </div>
        )}
        <WebhookSetting
          state={state}
          onForm={(form) => change({ webhook: { ...settings.webhook, form } })}
          onOn={(on) => change({ webhook: { ...settings.webhook, on } })}
        />
        <QuietHours quiet={settings.quiet} onChange={(quiet) => change({ quiet })} />
      </div>
      <Text size="xs" c="dimmed" mt="sm">
        Each is told once it holds, again after a day, and when it is over.
      </Text>
    </Panel>
  );
}
