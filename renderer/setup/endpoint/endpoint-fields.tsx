import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import type { Draft } from '../../../shared/model/profile.ts';
import type { EndpointPath } from '../draft/draft-form.ts';
import { NumberField } from '../step/number-field.tsx';
import { TextField } from '../step/text-field.tsx';
import { FixedAddress } from './fixed-address.tsx';
import { ConnectionResult } from './connection-result.tsx';
import classes from './endpoint.module.css';
import { KindSwitch } from './kind-switch.tsx';
import { SecretField } from './secret-field.tsx';
import { SentinelFields } from './sentinel-fields.tsx';
import { TlsFields } from './tls-fields.tsx';
import { SavedChoice } from '../../servers/saved-choice.tsx';
import { useSetup } from '../draft/use-setup.ts';
import { Pasted } from './pasted.tsx';
import { usePasting, type PasteNote } from './use-pasting.ts';

export interface EndpointFieldsProps {
  readonly path: EndpointPath;
  /** Why its address stays as it is; left out where it can be changed. */
  readonly fixed?: string | undefined;
}

/** Where a server is, how it is opened, and what answers there. */
export function EndpointFields({ path, fixed }: EndpointFieldsProps): ReactElement {
  const pasting = usePasting(path);
  const { draftId } = useSetup();
  const found = useWatch<Draft, `${EndpointPath}.kind`>({ name: `${path}.kind` }) === 'sentinels';
  const noteAt = (at: PasteNote['at']): ReactElement | null =>
    pasting.note?.at === at ? <Pasted note={pasting.note} onClose={pasting.clearNote} /> : null;
  return (
    <div className={classes.fields}>
      {fixed === undefined && draftId !== undefined && <SavedChoice path={path} draftId={draftId} />}
      {fixed === undefined && <KindSwitch path={path} />}
      {fixed !== undefined ? (
        <FixedAddress path={path} why={fixed} />
      ) : found ? (
        <SentinelFields path={path} pasting={pasting}>
          {noteAt('address')}
        </SentinelFields>
      ) : (
        <>
          <div className={classes.address}>
            <TextField
              name={`${path}.host`}
              label="Host"
              placeholder="redis.example.com, or paste redis://…"
              onPaste={pasting.pasteIntoHost}
              onLeave={pasting.leaveHost}
            />
            <NumberField name={`${path}.port`} label="Port" placeholder="6379" max={99_999} />
          </div>
          {noteAt('address')}
        </>
      )}
      <div className={classes.pair}>
        <TextField
          name={`${path}.user`}
          label={found ? 'User of the servers' : 'User'}
          placeholder="default"
        />
        <SecretField
          path={path}
          secret="password"
          label={found ? 'Password of the servers' : 'Password'}
          onPaste={pasting.pasteIntoPassword}
          onLeave={pasting.settle}
        >
          {noteAt('password')}
        </SecretField>
      </div>
      <TlsFields path={path} found={found} />
      <ConnectionResult path={path} />
    </div>
  );
}
