import { Button, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { FormProvider } from 'react-hook-form';
import type { Draft } from '../../shared/model/profile.ts';
import { ComparisonPanel } from '../comparison/comparison-panel.tsx';
import { SetupContext } from '../setup/draft/use-setup.ts';
import { useRequest } from '../state/client.tsx';
import { navigate } from '../state/route.ts';
import { useOpenKey } from '../values/use-open-key.tsx';
import classes from './pair.module.css';
import { pairName } from './pair-name.ts';
import { ServersPanel } from './servers-panel.tsx';
import { useDeletePair } from './use-delete-pair.tsx';
import { usePairForm } from './use-pair-form.ts';

/** The two servers, and their comparison. */
export function PairForm({ draft }: { readonly draft: Draft }): ReactElement {
  const { data: state } = useRequest('comparison.state', { id: draft.id });
  const { data: kept = [] } = useRequest('comparison.kept', { id: draft.id });
  const pair = usePairForm(draft, state !== undefined && state.status !== 'none');
  const { form, session } = pair.setup;
  const { onOpenKey, opened } = useOpenKey(draft.id, false);
  const remove = useDeletePair('comparison', 'result');
  const name = pairName(form.watch());

  const deletePair = async (): Promise<void> => {
    if (!(await remove.ask(draft.id, name, kept.length))) return;
    session.abandon();
    navigate({ page: 'tasks' }, { replace: true });
  };
  return (
    <SetupContext value={pair.setup}>
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
          <ServersPanel pair={pair} name={name} />
          <ComparisonPanel id={draft.id} name={name} prepare={pair.prepare} onOpenKey={onOpenKey} />
          {opened}
        </div>
      </FormProvider>
    </SetupContext>
  );
}
