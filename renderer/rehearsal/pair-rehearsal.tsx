import { Button, Group } from '@mantine/core';
import type { ReactElement } from 'react';
import { FormProvider } from 'react-hook-form';
import type { Draft } from '../../shared/model/profile.ts';
import { noRehearsal } from '../../shared/rehearsal/rehearsal-state.ts';
import pairClasses from '../pair/pair.module.css';
import { pairName } from '../pair/pair-name.ts';
import { ServersPanel } from '../pair/servers-panel.tsx';
import { useDeletePair } from '../pair/use-delete-pair.tsx';
import { usePairForm } from '../pair/use-pair-form.ts';
import { SetupContext } from '../setup/draft/use-setup.ts';
import { useRequest } from '../state/client.tsx';
import { navigate } from '../state/route.ts';
import { PAIR_KINDS } from './kind-words.ts';
import { RehearsalBody } from './rehearsal-body.tsx';

/** A rehearsal between two servers without a task, which are stored as they are entered. */
export function PairRehearsal({ draft }: { readonly draft: Draft }): ReactElement {
  const { id } = draft;
  const { data: state = noRehearsal(id) } = useRequest('rehearsal.state', { id });
  const { data: runs = [] } = useRequest('rehearsal.kept', { id });
  const pair = usePairForm(draft, state.status !== 'none');
  const { form, session } = pair.setup;
  const remove = useDeletePair('rehearsal', 'report');
  const name = pairName(form.watch(), '→');
  const running = state.status === 'running' || state.status === 'ending';

  const deletePair = async (): Promise<void> => {
    if (!(await remove.ask(id, name, runs.length))) return;
    session.abandon();
    navigate({ page: 'tasks' }, { replace: true });
  };
  return (
    <SetupContext value={pair.setup}>
      <FormProvider {...form}>
        <div className={pairClasses.page}>
          <header className={pairClasses.head}>
            <h1>Rehearse</h1>
            <Group gap="xs">
              <Button onClick={() => navigate({ page: 'tasks' })}>To the list</Button>
              <Button
                variant="subtle"
                color="gray"
                disabled={running}
                loading={remove.running}
                onClick={() => void deletePair()}
              >
                Delete
              </Button>
            </Group>
          </header>
          <ServersPanel pair={pair} name={name} locked={running} />
          <RehearsalBody id={id} state={state} kinds={PAIR_KINDS} prepare={pair.prepare} />
        </div>
      </FormProvider>
    </SetupContext>
  );
}
