import { Button, Group, PasswordInput, Stack, Text, Textarea } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { placesOf } from '../../shared/format/server-place.ts';
import { formatAddress } from '../../shared/format/address.ts';
import { addressOf, sentinelsOf } from '../../shared/model/server-address.ts';
import type { SecretChanges } from '../../shared/model/profile.ts';
import { secretsOf, type Secret } from '../../shared/model/server-secrets.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import { Dialog } from '../components/dialog.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { useAction } from '../state/client.tsx';
import { refusedSecrets, type Beginning } from './beginning.ts';
import { useSecretsTest } from './use-secrets-test.ts';

type Side = 'source' | 'target';

export interface SecretsDialogProps {
  readonly task: TaskView;
  /** What they are needed for. */
  readonly what: Beginning;
  /** The servers whose secrets are asked for. */
  readonly sides: readonly Side[];
  /** They are stored, but the server refused them: they can be entered anew, or tried as they are once more. */
  readonly refused: boolean;
  readonly onEnd: (begun: boolean) => void;
}

const WORDS = {
  'task.start': { title: 'Start', button: 'Start', purpose: 'Enter what the task needs to go on.' },
  'task.copyAgain': {
    title: 'Full copy again:',
    button: 'Full copy again',
    purpose: 'Enter what the task needs to copy.',
  },
  'task.release': {
    title: 'Hand over the target of',
    button: 'Make expiry exact',
    purpose: 'Enter what is needed to hand its target over.',
  },
} as const;

/** Asks for what this machine has forgotten or was refused, gives it to the application, and begins what it is needed for. */
export function SecretsDialog({ task, what, sides, refused, onEnd }: SecretsDialogProps): ReactElement {
  const [secrets, setSecrets] = useState<Readonly<Partial<Record<Side, SecretChanges>>>>({});
  const edit = useAction('task.edit', { quiet: true });
  const begin = useAction(what, { quiet: true });
  const test = useSecretsTest(task);
  const { title, button, purpose } = WORDS[what];
  const change = (side: Side, kind: Secret, value: string): void =>
    setSecrets(({ [side]: { [kind]: _, ...others } = {}, ...rest }) => {
      // Empty keeps what is stored.
      const changed = value === '' ? others : { ...others, [kind]: value };
      return Object.keys(changed).length === 0 ? rest : { ...rest, [side]: changed };
    });
  const wanted = sides.flatMap((side) =>
    (refused ? refusedSecrets(task, side) : neededOf(task, side)).map((kind) => ({ side, kind })),
  );
  const complete = refused || wanted.every(({ side, kind }) => (secrets[side]?.[kind] ?? '') !== '');
  const fault = test.fault ?? edit.error ?? begin.error;

  const sentinels = wanted.every(({ kind }) => kind === 'sentinelPassword');
  const refusing = `${sentinels ? 'The Sentinels of the' : 'The'} ${sides.join(' and the ')}`;

  const submit = async (): Promise<void> => {
    if (!complete) return;
    const { id } = task;
    const nothing = Object.keys(secrets).length === 0;
    if (!(await test.run(secrets))) return;
    if (!nothing && !(await edit.run({ id, changes: {}, secrets }))) return;
    if (await begin.run({ id })) onEnd(true);
  };
  return (
    <Dialog opened onClose={() => onEnd(false)} title={`${title} “${task.name}”`}>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit();
        }}
      >
        <Stack gap="sm">
          <Text size="sm">
            {refused
              ? `${refusing} refused the credentials. Enter the password anew, or leave it empty to try the one that is stored once more. Another user is entered in the settings of the task.`
              : `This machine does not keep passwords after Lockstep has ended. ${purpose}`}
          </Text>
          {wanted.map(({ side, kind }, i) => (
            <SecretInput
              key={side + kind}
              kind={kind}
              label={LABELS[kind](side)}
              description={describe(task, side, kind)}
              value={secrets[side]?.[kind] ?? ''}
              onChange={(value) => change(side, kind, value)}
              required={!refused}
              autofocus={i === 0}
            />
          ))}
          {fault && <FaultAlert fault={fault} places={placesOf(task)} />}
          <Group justify="flex-end" mt="xs">
            <Button onClick={() => onEnd(false)}>Cancel</Button>
            <Button
              type="submit"
              variant="filled"
              disabled={!complete}
              loading={test.running || edit.running || begin.running}
            >
              {button}
            </Button>
          </Group>
        </Stack>
      </form>
    </Dialog>
  );
}

const LABELS: Readonly<Record<Secret, (side: Side) => string>> = {
  password: (side) => `Password of the ${side}`,
  key: (side) => `Private key of the ${side}`,
  sentinelPassword: (side) => `Password of the Sentinels of the ${side}`,
};

interface SecretInputProps {
  readonly kind: Secret;
  readonly label: string;
  readonly description: string;
  readonly value: string;
  readonly required: boolean;
  readonly onChange: (value: string) => void;
  readonly autofocus: boolean;
}

function SecretInput({ kind, onChange, autofocus, ...rest }: SecretInputProps): ReactElement {
  const shared = {
    ...rest,
    withAsterisk: false,
    autoComplete: 'off',
    ...(autofocus && { 'data-autofocus': true }),
  };
  return kind !== 'key' ? (
    <PasswordInput {...shared} onChange={(event) => onChange(event.currentTarget.value)} />
  ) : (
    <Textarea
      {...shared}
      rows={4}
      placeholder="-----BEGIN PRIVATE KEY-----"
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}

/** A server of which nothing is known to be stored can only lack its password. */
function neededOf(task: TaskView, side: Side): Secret[] {
  const needed = secretsOf(task[side]);
  return needed.length === 0 ? ['password'] : needed;
}

function describe(task: TaskView, side: Side, kind: Secret): string {
  const ofSentinels = kind === 'sentinelPassword';
  const user = task[side][ofSentinels ? 'sentinelUser' : 'user'];
  const where = ofSentinels ? sentinelsOf(task[side]).map(formatAddress).join(', ') : addressOf(task[side]);
  return `${where}${user === '' ? '' : `, user ${user}`}`;
}
