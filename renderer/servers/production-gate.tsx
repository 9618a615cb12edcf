import { Button, Group, Text, TextInput } from '@mantine/core';
import { useMemo, useState, type ReactElement, type ReactNode } from 'react';
import { Dialog } from '../components/dialog.tsx';
import { focusAgain } from '../components/focus-again.ts';
import { sentence } from '../components/sentence.ts';
import { ClientContext, useClient } from '../state/client-context.ts';
import type { Connection } from '../state/connection.ts';
import { namesNeeded, oneByOne, withNames, type AskNames } from './ask-names.ts';
import { ProductionBadge } from './production-badge.tsx';

interface Asking {
  readonly names: readonly string[];
  /** What would be done to them. */
  readonly fact: string;
  readonly answer: (agreed: boolean) => void;
  readonly asker: Element | null;
}

/**
 * Stands between the page and the application: where that wants the names of production servers first, whatever was asked for, they are
 * asked for here, and the same is asked for once more with them.
 */
export function ProductionGate({ children }: { readonly children: ReactNode }): ReactElement {
  const client = useClient();
  const [asking, setAsking] = useState<Asking | null>(null);
  const guarded = useMemo<Connection>(() => {
    const show: AskNames = (error) =>
      new Promise((answer) =>
        setAsking({
          ...{ names: namesNeeded(error), fact: error.message, answer },
          asker: document.activeElement,
        }),
      );
    return withNames(client, oneByOne(show));
  }, [client]);
  const end = (agreed: boolean): void => {
    asking?.answer(agreed);
    setAsking(null);
    focusAgain(asking?.asker);
  };
  return (
    <ClientContext value={guarded}>
      {children}
      {asking && <NamesDialog key={asking.fact} names={asking.names} fact={asking.fact} onEnd={end} />}
    </ClientContext>
  );
}

interface NamesDialogProps {
  readonly names: readonly string[];
  readonly fact: string;
  readonly onEnd: (agreed: boolean) => void;
}

function NamesDialog({ names, fact, onEnd }: NamesDialogProps): ReactElement {
  const [typed, setTyped] = useState<Readonly<Record<string, string>>>({});
  const complete = names.every((name) => typed[name]?.trim() === name);
  return (
    <Dialog
      opened
      above
      onClose={() => onEnd(false)}
      title={names.length === 1 ? 'A production server' : 'Production servers'}
      returnFocus={false}
    >
      <form
        onSubmit={(event) => {
          event.preventDefault();
          if (complete) onEnd(true);
        }}
      >
        <ProductionBadge />
        {fact.split('; ').map((text) => (
          <Text key={text} size="sm" mt="xs">
            {sentence(text)}
          </Text>
        ))}
        {names.map((name, index) => (
          <TextInput
            key={name}
            mt="sm"
            label={
              <>
                Type <b>{name}</b> to go on
              </>
            }
            autoComplete="off"
            spellCheck={false}
            {...(index === 0 && { 'data-autofocus': true })}
            value={typed[name] ?? ''}
            onChange={(event) => {
              const text = event.currentTarget.value;
              setTyped((before) => ({ ...before, [name]: text }));
            }}
          />
        ))}
        <Group justify="flex-end" mt="lg">
          <Button onClick={() => onEnd(false)}>Cancel</Button>
          <Button type="submit" variant="filled" color="red.9" disabled={!complete}>
            Go on
          </Button>
        </Group>
      </form>
    </Dialog>
  );
}
