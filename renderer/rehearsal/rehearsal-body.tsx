import { Button, Group } from '@mantine/core';
import { Timer } from 'lucide-react';
import { useState, type ReactElement } from 'react';
import type { RehearsalState } from '../../shared/rehearsal/rehearsal-state.ts';
import type { RehearsalKind } from '../../shared/rehearsal/report.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { Panel } from '../components/panel.tsx';
import { useAction, useRequest } from '../state/client.tsx';
import { choiceForm, choiceOf, type ChoiceForm, type ChoiceProblems } from './choice-form.ts';
import { KindChoice } from './kind-choice.tsx';
import { RunList } from './run-list.tsx';
import { RunningPanel } from './running-panel.tsx';
import { ShownRun } from './shown-run.tsx';

interface RehearsalBodyProps {
  /** A task, or a set-up that has the two servers. */
  readonly id: string;
  readonly state: RehearsalState;
  readonly kinds: readonly RehearsalKind[];
  /** Before it begins; false leaves it. */
  readonly prepare: () => Promise<boolean>;
}

/** What to rehearse, or how far it is; what came of the last run, and the runs before. */
export function RehearsalBody({ id, state, kinds, prepare }: RehearsalBodyProps): ReactElement {
  const { data: runs = [] } = useRequest('rehearsal.kept', { id });
  const start = useAction('rehearsal.start', { refreshes: ['rehearsal.state'] });
  const [form, setForm] = useState<ChoiceForm>();
  const [choosing, setChoosing] = useState(false);
  const [problems, setProblems] = useState<ChoiceProblems>({});
  const [chosenMs, setChosenMs] = useState<{ readonly of: number | null; readonly atMs: number }>();
  const running = state.status === 'running' || state.status === 'ending';
  const lastKind = state.choice?.kind ?? state.run?.report.kind;
  const kind = lastKind !== undefined && kinds.includes(lastKind) ? lastKind : kinds[0]!;
  const shownForm = form ?? choiceForm(kind, state.choice);
  // A new run is shown by itself.
  const lastMs = state.run?.report.startedAtMs ?? null;
  const shownMs = chosenMs?.of === lastMs ? chosenMs.atMs : lastMs;
  // What came of it is looked at first.
  const folded = !choosing && state.status === 'ended';

  const begin = async (): Promise<void> => {
    const chosen = choiceOf(shownForm);
    if ('problems' in chosen) return setProblems(chosen.problems);
    setProblems({});
    if ((await prepare()) && (await start.run({ id, choice: chosen.choice }))) setChoosing(false);
  };
  return (
    <>
      {running ? (
        <RunningPanel state={state} />
      ) : folded ? (
        <Group>
          <Button leftSection={<Timer size={14} aria-hidden />} onClick={() => setChoosing(true)}>
            Rehearse again
          </Button>
        </Group>
      ) : (
        <Panel
          title="What to rehearse"
          actions={
            <Button
              variant="filled"
              leftSection={<Timer size={14} aria-hidden />}
              loading={start.running}
              onClick={() => void begin()}
            >
              Begin the rehearsal
            </Button>
          }
        >
          <KindChoice kinds={kinds} form={shownForm} problems={problems} onChange={setForm} />
        </Panel>
      )}
      {state.status === 'failed' && state.fault && <FaultAlert fault={state.fault} />}
      {!running && shownMs !== null && <ShownRun state={state} atMs={shownMs} />}
      {runs.length > 0 && (
        <RunList
          runs={runs}
          shown={running ? null : shownMs}
          onShow={(atMs) => setChosenMs({ of: lastMs, atMs })}
        />
      )}
    </>
  );
}
