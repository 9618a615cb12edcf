import type { ReactElement } from 'react';
import { useWatch } from 'react-hook-form';
import { useStore } from 'zustand';
import type { Draft } from '../../../shared/model/profile.ts';
import type { ServerSummary } from '../../../shared/model/server-summary.ts';
import { Panel } from '../../components/panel.tsx';
import { useSetup } from '../draft/use-setup.ts';
import { Choices } from '../step/choices.tsx';
import { functionsMatter } from './functions-matter.ts';

/** What becomes of function libraries where a target knows none; not asked where the servers leave nothing to choose. */
export function FunctionsPanel(): ReactElement | null {
  const [source, targets, functions] = useWatch<Draft, ['source', 'targets', 'functions']>({
    name: ['source', 'targets', 'functions'],
  });
  const known = useStore(useSetup().tests.store);
  const summaryOf = ({ id }: { readonly id: string }): ServerSummary | null =>
    known[id]?.outcome?.summary ?? null;
  // Every server is asked as soon as this step is open; what it says is waited for, lest the question comes and goes.
  const unheard = [source, ...targets].some(({ id }) => !known[id]?.outcome);
  if (functions === 'fail' && (unheard || !functionsMatter(summaryOf(source), targets.map(summaryOf))))
    return null;
  return (
    <Panel title="Function libraries">
      <FunctionsChoice />
    </Panel>
  );
}

export const FunctionsChoice = (): ReactElement => (
  <Choices
    name="functions"
    label="Function libraries of the source, on a target before 7.0, which knows none"
    choices={[
      {
        value: 'fail',
        label: 'Precheck and report',
        text: 'If the source has any, the precheck fails; one that is loaded later ends the task.',
      },
      {
        value: 'skip',
        label: 'Go without them',
        text: 'The data is carried, functions are not: whoever calls one on the target (FCALL) gets an error. The task shows how many are left out.',
      },
    ]}
  />
);
