import { Switch, Textarea } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import type { EndpointPath } from '../draft/draft-form.ts';
import { TextField } from '../step/text-field.tsx';
import { useDraftField } from '../step/use-draft-field.ts';
import classes from './endpoint.module.css';
import { SecretField } from './secret-field.tsx';
import type { Pasting } from './use-pasting.ts';

/** The Sentinels that tell where a server is, and how they are opened. */
export function SentinelFields({
  path,
  pasting,
  children,
}: {
  readonly path: EndpointPath;
  readonly pasting: Pasting;
  /** Stands under what says where they are. */
  readonly children: ReactNode;
}): ReactElement {
  const { value: tls, change: changeTls, focusRef: tlsRef } = useDraftField(`${path}.sentinelTls`);
  return (
    <>
      <SentinelAddresses path={path} pasting={pasting} />
      <TextField name={`${path}.primaryName`} label="Name of the primary" placeholder="mymaster" />
      {children}
      <div className={classes.pair}>
        <TextField name={`${path}.sentinelUser`} label="User of the Sentinels" placeholder="default" />
        <SecretField path={path} secret="sentinelPassword" label="Password of the Sentinels" />
      </div>
      <Switch
        size="xs"
        label="TLS to the Sentinels"
        ref={tlsRef}
        checked={tls}
        onChange={(event) => changeTls(event.currentTarget.checked)}
      />
    </>
  );
}

function SentinelAddresses({
  path,
  pasting,
}: {
  readonly path: EndpointPath;
  readonly pasting: Pasting;
}): ReactElement {
  const name = `${path}.sentinels` as const;
  const { value, change, leave, focusRef, problem } = useDraftField(name);
  return (
    <Textarea
      size="xs"
      label="Sentinels"
      description="One a line. A port that is left out is 26379; one that answers is enough."
      placeholder={'sentinel-1.example.com:26379\nsentinel-2.example.com:26379'}
      classNames={{ input: classes.sentinels ?? '' }}
      rows={3}
      spellCheck={false}
      autoComplete="off"
      name={name}
      ref={focusRef}
      value={value}
      onChange={change}
      onBlur={() => {
        leave();
        pasting.leaveSentinels();
      }}
      onPaste={pasting.pasteIntoSentinels}
      error={problem}
    />
  );
}
