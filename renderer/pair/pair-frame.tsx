import { Button, Group } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import { FormProvider } from 'react-hook-form';
import { SetupContext } from '../setup/draft/use-setup.ts';
import { navigate } from '../state/route.ts';
import classes from './pair.module.css';
import { ServersPanel } from './servers-panel.tsx';
import { useDeletePair } from './use-delete-pair.tsx';
import type { PairForm } from './use-pair-form.ts';

interface PairFrameProps {
  readonly id: string;
  readonly title: string;
  readonly pair: PairForm;
  /** Of the two servers, as a line. */
  readonly name: string;
  readonly what: Parameters<typeof useDeletePair>[0];
  /** What is kept of them, in the singular, and how many of it. */
  readonly kept: { readonly word: string; readonly count: number };
  /** They are at work, and stay as they are. */
  readonly locked?: boolean;
  readonly children: ReactNode;
}

/** The page of two servers without a task, which are stored as they are entered, around what is done with them. */
export function PairFrame(props: PairFrameProps): ReactElement {
  const { id, title, pair, name, what, kept, locked = false, children } = props;
  const { form, session } = pair.setup;
  const remove = useDeletePair(what, kept.word);

  const deletePair = async (): Promise<void> => {
    if (!(await remove.ask(id, name, kept.count))) return;
    session.abandon();
    navigate({ page: 'tasks' }, { replace: true });
  };
  return (
    <SetupContext value={pair.setup}>
      <FormProvider {...form}>
        <div className={classes.page}>
          <header className={classes.head}>
            <h1>{title}</h1>
            <Group gap="xs">
              <Button onClick={() => navigate({ page: 'tasks' })}>To the list</Button>
              <Button
                variant="subtle"
                color="gray"
                disabled={locked}
                loading={remove.running}
                onClick={() => void deletePair()}
              >
                Delete
              </Button>
            </Group>
          </header>
          <ServersPanel pair={pair} name={name} locked={locked} />
          {children}
        </div>
      </FormProvider>
    </SetupContext>
  );
}
