import { Button, Group } from '@mantine/core';
import { Download, FileText, Pin, Undo2 } from 'lucide-react';
import type { ReactElement } from 'react';
import type { RehearsalState, ToldRun } from '../../shared/rehearsal/rehearsal-state.ts';
import { KIND_WORDS } from '../../shared/rehearsal/step-words.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { Panel } from '../components/panel.tsx';
import { useAction, useAppInfo, useRequest } from '../state/client.tsx';
import type { RequestFault } from '../state/fault.ts';
import { navigate } from '../state/route.ts';
import { RunResult } from './run-result.tsx';
import { savePdf, saveReport } from './save-report.ts';

interface ShownRunProps {
  readonly state: RehearsalState;
  /** The one that is shown, by when it began. */
  readonly atMs: number;
}

/** The report of the last run, or of an earlier one that is kept. */
export function ShownRun({ state, atMs }: ShownRunProps): ReactElement | null {
  const { run, fault } = useRun(state, atMs);
  const canPrint = useAppInfo()?.canPrint ?? false;
  if (fault) return <FaultAlert fault={fault} />;
  if (!run) return null;
  const isLast = state.run?.report.startedAtMs === atMs;
  const { kind, steps } = run.report;
  const cutOver = kind === 'cutover' && steps.some(({ id }) => id === 'drain');
  return (
    <Panel
      title={`Report: ${KIND_WORDS[kind]}`}
      actions={
        <Group gap="xs">
          {isLast && cutOver && <WayBack ownerId={state.ownerId} />}
          {isLast && state.keepable && <KeepAsTask ownerId={state.ownerId} />}
          <Button leftSection={<Download size={14} aria-hidden />} onClick={() => saveReport(run)}>
            Save report
          </Button>
          {canPrint && <SavePdf ownerId={state.ownerId} run={run} />}
        </Group>
      }
    >
      <RunResult run={run} />
    </Panel>
  );
}

/** The target has become the server that is written to: the old source can follow it. */
function WayBack({ ownerId }: { readonly ownerId: string }): ReactElement {
  const create = useAction('draft.create', { refreshes: ['draft.list'] });
  return (
    <Button
      leftSection={<Undo2 size={14} aria-hidden />}
      loading={create.running}
      title="A synchronisation from the new server to the old one, which has to be emptied first; it is not started yet"
      onClick={async () => {
        const draft = await create.run({ wayBackOf: ownerId });
        if (draft) navigate({ page: 'setup', draftId: draft.id });
      }}
    >
      Set up the way back
    </Button>
  );
}

function SavePdf({ ownerId, run }: { readonly ownerId: string; readonly run: ToldRun }): ReactElement {
  const print = useAction('rehearsal.print');
  return (
    <Button
      leftSection={<FileText size={14} aria-hidden />}
      loading={print.running}
      onClick={async () => {
        const printed = await print.run({ id: ownerId, atMs: run.report.startedAtMs });
        if (printed) savePdf(run, printed.pdf);
      }}
    >
      Save as PDF
    </Button>
  );
}

function KeepAsTask({ ownerId }: { readonly ownerId: string }): ReactElement {
  const keep = useAction('rehearsal.keep', { refreshes: ['rehearsal.state', 'task.list'] });
  return (
    <Button
      leftSection={<Pin size={14} aria-hidden />}
      loading={keep.running}
      title="Makes a task that goes on from where this run ended; it is not started yet"
      onClick={async () => {
        const kept = await keep.run({ id: ownerId });
        if (kept) navigate({ page: 'task', id: kept.taskId, tab: 'overview' });
      }}
    >
      Make a task of it
    </Button>
  );
}

/** The last one is here already; others are asked for. */
function useRun(
  { ownerId, run }: RehearsalState,
  atMs: number,
): { readonly run: ToldRun | undefined; readonly fault: RequestFault | null } {
  const isLast = run?.report.startedAtMs === atMs;
  const { data, error } = useRequest(
    'rehearsal.read',
    { id: ownerId, atMs },
    { enabled: !isLast, freshForMs: Number.POSITIVE_INFINITY, forgets: true },
  );
  return isLast ? { run, fault: null } : { run: data, fault: error };
}
