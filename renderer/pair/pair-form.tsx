import { Button, Group } from '@mantine/core';
import { Pencil } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import { FormProvider } from 'react-hook-form';
import { useStore } from 'zustand';
import { describeDatabases } from '../../shared/model/database-map.ts';
import type { Draft } from '../../shared/model/profile.ts';
import { ComparisonPanel } from '../comparison/comparison-panel.tsx';
import { FaultAlert } from '../components/fault-alert.tsx';
import { Panel } from '../components/panel.tsx';
import { shownProblems } from '../setup/draft/draft-form.ts';
import { SetupContext, useNewSetup } from '../setup/draft/use-setup.ts';
import { EndpointFields } from '../setup/endpoint/endpoint-fields.tsx';
import { DatabasesField } from '../setup/what/databases-field.tsx';
import { useRequest } from '../state/client.tsx';
import { asFault } from '../state/fault.ts';
import { navigate } from '../state/route.ts';
import { useOpenKey } from '../values/use-open-key.tsx';
import classes from './pair.module.css';
import { pairName } from './pair-name.ts';
import { useDeletePair } from './use-delete-pair.tsx';

/** The two servers, which are stored as they are entered, and their comparison. */
export function PairForm({ draft }: { readonly draft: Draft }): ReactElement {
  const setup = useNewSetup(draft);
  const { form, session } = setup;
  const { data: state } = useRequest('comparison.state', { id: draft.id });
  const { data: kept = [] } = useRequest('comparison.kept', { id: draft.id });
  const { onOpenKey, opened } = useOpenKey(draft.id, false);
  const saving = useStore(session.store);
  const remove = useDeletePair();
  const [open, setOpen] = useState<boolean>();
  const name = pairName(form.watch());
  // Once something was compared the result is what one looks at.
  const entering = open ?? (state === undefined || state.status === 'none');

  const prepare = async (): Promise<boolean> => {
    if (!(await form.trigger())) {
      setOpen(true);
      const [first] = shownProblems(form.formState.errors);
      if (first) form.setFocus(first);
      return false;
    }
    try {
      await session.flush();
    } catch {
      // Shown below the fields.
      setOpen(true);
      return false;
    }
    setOpen(false);
    return true;
  };
  const deletePair = async (): Promise<void> => {
    if (!(await remove.ask(draft.id, name, kept.length))) return;
    session.abandon();
    navigate({ page: 'tasks' }, { replace: true });
  };
  return (
    <SetupContext value={setup}>
      <FormProvider {...form}>
        <div className={classes.page}>
          <header className={classes.head}>
            <h1>Compare two servers</h1>
            <Group gap="xs">
              <Button onClick={() => navigate({ page: 'tasks' })}>To the list</Button>
              <Button
                variant="subtle"
                color="gray"
                loading={remove.running}
                onClick={() => void deletePair()}
              >
                Delete
              </Button>
            </Group>
          </header>
          <Panel
            title={entering ? 'Which servers' : name}
            actions={
              !entering && (
                <Button leftSection={<Pencil size={14} aria-hidden />} onClick={() => setOpen(true)}>
                  Change servers
                </Button>
              )
            }
          >
            {entering ? (
              <form autoComplete="off" noValidate onSubmit={(event) => event.preventDefault()}>
                <Servers />
              </form>
            ) : (
              <p className={classes.between}>{databaseWords(form.getValues())}</p>
            )}
            {saving.saving === 'failed' && <FaultAlert fault={asFault(saving.failure)} />}
          </Panel>
          <ComparisonPanel id={draft.id} name={name} prepare={prepare} onOpenKey={onOpenKey} />
          {opened}
        </div>
      </FormProvider>
    </SetupContext>
  );
}

const Servers = (): ReactElement => (
  <div className={classes.servers}>
    <section aria-label="Source">
      <h3>Source</h3>
      <EndpointFields path="source" />
    </section>
    <section aria-label="Target">
      <h3>Target</h3>
      <EndpointFields path="targets.0" />
    </section>
    <section aria-label="Databases" className={classes.databases}>
      <h3>Databases</h3>
      <DatabasesField />
    </section>
  </div>
);

const databaseWords = ({ databases, databaseMap }: Draft): string =>
  databases === null
    ? 'All databases of both.'
    : `Of the source: ${describeDatabases(databases, databaseMap)}.`;
