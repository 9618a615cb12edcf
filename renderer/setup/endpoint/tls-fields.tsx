import { Checkbox, Switch } from '@mantine/core';
import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import { useDraftField } from '../step/use-draft-field.ts';
import type { Draft } from '../../../shared/model/profile.ts';
import { NoticeBox } from '../../components/notice-box.tsx';
import type { EndpointPath } from '../draft/draft-form.ts';
import { TextField } from '../step/text-field.tsx';
import classes from './endpoint.module.css';
import { PemField } from './pem-field.tsx';
import { SecretField } from './secret-field.tsx';

/** Whether the connection is encrypted, and by which certificates. */
export function TlsFields({ path }: { readonly path: EndpointPath }): ReactElement {
  const { value: tls, change: changeTls, focusRef: tlsRef } = useDraftField(`${path}.tls`);
  const { value: verify, change: changeVerify, focusRef: verifyRef } = useDraftField(`${path}.verify`);
  const host = useWatch<Draft, `${EndpointPath}.host`>({ name: `${path}.host` });
  return (
    <>
      <Switch
        size="xs"
        label="TLS"
        ref={tlsRef}
        checked={tls}
        onChange={(event) => changeTls(event.currentTarget.checked)}
      />
      {tls && (
        <div className={classes.tls}>
          <Checkbox
            size="xs"
            label="Verify the server’s certificate"
            ref={verifyRef}
            checked={verify}
            onChange={(event) => changeVerify(event.currentTarget.checked)}
          />
          {!verify && (
            <NoticeBox tone="warn">
              Any certificate is accepted. Whoever stands between this machine and the server can read and
              change everything that passes, the password included.
            </NoticeBox>
          )}
          <TextField
            name={`${path}.serverName`}
            label="Server name"
            description="The name in the certificate, if it is not the host."
            placeholder={host || 'the host'}
          />
          <PemField
            name={`${path}.ca`}
            label="CA certificate"
            description="For a private authority. Empty trusts those of the system."
          />
          <PemField
            name={`${path}.certificate`}
            label="Client certificate"
            description="Only if the server asks for one."
          />
          <SecretField path={path} secret="key" label="Private key of the client certificate" />
        </div>
      )}
    </>
  );
}
