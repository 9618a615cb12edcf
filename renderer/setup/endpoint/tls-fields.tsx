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
export function TlsFields({
  path,
  found,
}: {
  readonly path: EndpointPath;
  /** Sentinels tell where the server is, and may speak TLS themselves. */
  readonly found: boolean;
}): ReactElement {
  const { value: tls, change: changeTls, focusRef: tlsRef } = useDraftField(`${path}.tls`);
  const { value: verify, change: changeVerify, focusRef: verifyRef } = useDraftField(`${path}.verify`);
  const sentinelTls = useWatch<Draft, `${EndpointPath}.sentinelTls`>({ name: `${path}.sentinelTls` });
  const host = useWatch<Draft, `${EndpointPath}.host`>({ name: `${path}.host` });
  return (
    <>
      <Switch
        size="xs"
        label={found ? 'TLS to the servers' : 'TLS'}
        ref={tlsRef}
        checked={tls}
        onChange={(event) => changeTls(event.currentTarget.checked)}
      />
      {(tls || (found && sentinelTls)) && (
        <div className={classes.tls}>
          <Checkbox
            size="xs"
            label={found ? 'Verify the certificates' : 'Verify the server’s certificate'}
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
          {tls && (
            <TextField
              name={`${path}.serverName`}
              label="Server name"
              description={
                found
                  ? 'The name in the certificates of the servers, if it is not their host.'
                  : 'The name in the certificate, if it is not the host.'
              }
              placeholder={(!found && host) || 'the host'}
            />
          )}
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
