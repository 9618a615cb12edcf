import { Button, Input, PasswordInput, Textarea } from '@mantine/core';
import {
  useEffect,
  useId,
  useRef,
  useState,
  type ClipboardEvent,
  type FocusEvent,
  type ReactElement,
  type ReactNode,
} from 'react';
import { get, useFormState, useWatch } from 'react-hook-form';
import { useStore } from 'zustand';
import type { Draft } from '../../../shared/model/profile.ts';
import { SECRET_FLAG, type Secret } from '../../../shared/model/server-secrets.ts';
import { useAppInfo } from '../../state/client.tsx';
import type { EndpointPath } from '../draft/draft-form.ts';
import { useSetup } from '../draft/use-setup.ts';
import classes from './endpoint.module.css';
import { PemFileButton } from './pem-field.tsx';

/**
 * A secret goes one way: it is held while it is entered, handed over when the field is left, and from then on the field
 * says only that it is stored.
 */
export function SecretField({
  path,
  secret,
  label,
  onPaste,
  onLeave,
  children,
}: {
  readonly path: EndpointPath;
  readonly secret: Secret;
  readonly label: string;
  readonly onPaste?: (event: ClipboardEvent) => void;
  readonly onLeave?: () => void;
  /** Stands under the field; to go there is not to leave the field. */
  readonly children?: ReactNode;
}): ReactElement {
  const { form, session } = useSetup();
  const endpointId = form.getValues(`${path}.id`);
  const isStored =
    useWatch<Draft>({ control: form.control, name: `${path}.${SECRET_FLAG[secret]}` }) === true;
  const held = useStore(session.store, ({ inHand }) => inHand[endpointId]?.[secret]);
  const { errors } = useFormState({ control: form.control, name: path });
  const problem = (get(errors, `${path}.${secret}`) as { message?: string } | undefined)?.message;
  const [replacing, setReplacing] = useState(false);
  const wanted = useWantedAgain(isStored, replacing);
  const inputId = useId();
  const info = useAppInfo();
  const forgotten = info?.secrets === 'none' && !info.settings.keepSecretsInFile;

  const enter = (text: string): void => {
    if (text === '') session.drop(endpointId, secret);
    else session.hold(endpointId, { [secret]: text });
  };
  const store = async (): Promise<void> => {
    // Its failure is shown beside the heading, and the secret stays in hand.
    await session.flush().catch(() => undefined);
    onLeave?.();
  };
  const leave = (event: FocusEvent<HTMLElement>): void => {
    if (event.currentTarget.contains(event.relatedTarget)) return;
    setReplacing(false);
    void store();
  };
  const remove = (): void => {
    // The field that comes in place of the button gets the focus.
    setReplacing(true);
    form.setValue(`${path}.${SECRET_FLAG[secret]}`, false, { shouldDirty: true });
    session.hold(endpointId, { [secret]: null });
    void store();
  };

  if (isStored && !replacing && held === undefined) {
    return (
      <Input.Wrapper size="xs" label={label} labelElement="div" error={problem}>
        <div className={classes.stored} role="group" aria-label={label}>
          <span>{forgotten ? 'Stored until exit' : 'Stored'}</span>
          <Button variant="subtle" size="compact-xs" px={4} onClick={() => setReplacing(true)}>
            Replace
          </Button>
          <Button variant="subtle" size="compact-xs" px={4} onClick={remove}>
            Remove
          </Button>
        </div>
        {children}
      </Input.Wrapper>
    );
  }
  const common = {
    id: inputId,
    name: `${path}.${secret}`,
    label,
    size: 'xs',
    value: held ?? '',
    error: problem,
    description: wanted ? WANTED_AGAIN : undefined,
    autoComplete: 'off',
    spellCheck: false,
    'data-1p-ignore': true,
    autoFocus: replacing,
  } as const;
  return (
    <div onBlur={leave}>
      {secret !== 'key' ? (
        <PasswordInput
          {...common}
          onChange={(event) => enter(event.currentTarget.value)}
          {...(onPaste === undefined ? {} : { onPaste })}
          {...(replacing && isStored ? { placeholder: 'Leave empty to keep the stored one' } : {})}
        />
      ) : (
        <>
          <Textarea
            {...common}
            classNames={{ input: classes.pem ?? '' }}
            rows={3}
            placeholder="-----BEGIN PRIVATE KEY-----"
            onChange={(event) => enter(event.currentTarget.value)}
          />
          <PemFileButton
            what={label}
            onText={(text) => {
              enter(text);
              void store();
            }}
          />
        </>
      )}
      {children}
    </div>
  );
}

const WANTED_AGAIN =
  'The server was changed, and what was stored is not sent to another one: enter it again.';

/** Whether a secret was stored and no longer counts, without having been removed here. */
function useWantedAgain(isStored: boolean, removing: boolean): boolean {
  const before = useRef(isStored);
  const [wanted, setWanted] = useState(false);
  useEffect(() => {
    if (before.current !== isStored) setWanted(before.current && !removing);
    before.current = isStored;
  }, [isStored, removing]);
  return wanted;
}
