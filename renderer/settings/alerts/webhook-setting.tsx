import { Button, PasswordInput, Select, Switch, Text } from '@mantine/core';
import { useState, type FormEvent, type ReactElement } from 'react';
import type { AlertSettings, AlertState } from '../../../shared/alerts/alert-settings.ts';
import { TimeText } from '../../components/time-text.tsx';
import { useAction } from '../../state/client.tsx';
import classes from './alerts.module.css';

type Form = AlertSettings['webhook']['form'];
const FORMS: readonly { readonly value: Form; readonly label: string }[] = [
  { value: 'json', label: 'JSON' },
  { value: 'slack', label: 'Slack' },
];

export interface WebhookSettingProps {
  readonly state: AlertState;
  readonly onForm: (form: Form) => void;
  readonly onOn: (on: boolean) => void;
}

/** An address that alerts are posted to. It may hold a token, so it goes in and never comes back. */
export function WebhookSetting({ state, onForm, onOn }: WebhookSettingProps): ReactElement {
  const { settings, webhookHost, delivered } = state;
  const [address, setAddress] = useState('');
  const change = useAction('alerts.change', { refreshes: ['alerts.state'] });
  const test = useAction('alerts.test', { refreshes: ['alerts.state'] });
  const save = async (event: FormEvent): Promise<void> => {
    event.preventDefault();
    if (address.trim() !== '' && (await change.run({ webhook: address.trim() }))) setAddress('');
  };
  return (
    <>
      <div className={classes.rule}>
        <Switch
          label="Post alerts to a webhook"
          checked={settings.webhook.on}
          onChange={(event) => onOn(event.currentTarget.checked)}
        />
        <Select
          size="xs"
          w={96}
          aria-label="Form of the webhook"
          data={[...FORMS]}
          value={settings.webhook.form}
          allowDeselect={false}
          onChange={(value) => {
            const form = FORMS.find((one) => one.value === value);
            if (form) onForm(form.value);
          }}
        />
        {webhookHost !== null && (
          <>
            <span>at {webhookHost}</span>
            <Button size="compact-sm" loading={test.running} onClick={() => void test.run({})}>
              Send a test
            </Button>
            <Button size="compact-sm" variant="subtle" onClick={() => void change.run({ webhook: null })}>
              Forget the address
            </Button>
          </>
        )}
      </div>
      <form className={classes.address} onSubmit={(event) => void save(event)}>
        <PasswordInput
          size="xs"
          aria-label="Address of the webhook"
          placeholder={webhookHost === null ? 'https://…' : 'Another address'}
          autoComplete="off"
          maxLength={2000}
          value={address}
          onChange={(event) => setAddress(event.currentTarget.value)}
        />
        <Button type="submit" loading={change.running} disabled={address.trim() === ''}>
          Keep the address
        </Button>
      </form>
      <Text
        size="xs"
        role="status"
        className={classes.outcome}
        data-bad={delivered?.fault != null || undefined}
      >
        {delivered && (
          <>
            {delivered.fault === null
              ? 'The last message arrived'
              : `The last message did not arrive: ${delivered.fault}`}{' '}
            (<TimeText atMs={delivered.atMs} />)
          </>
        )}
      </Text>
    </>
  );
}
