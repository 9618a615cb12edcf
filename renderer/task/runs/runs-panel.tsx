import { Button, Table } from '@mantine/core';
import { useState, type ReactElement } from 'react';
import { formatCount, formatDuration } from '../../../shared/format/numbers.ts';
import { formatExact } from '../../../shared/format/times.ts';
import { taskRuns, type RecordedRun } from '../../../shared/model/task-runs.ts';
import { formatInstant } from '../../activity/describe-spell.ts';
import { Panel } from '../../components/panel.tsx';
import { TableFrame, type TableHead } from '../../components/table-frame.tsx';
import { useRequest } from '../../state/client.tsx';
import { useNow } from '../../state/now.ts';
import classes from './runs.module.css';

/** More are shown when they are asked for. */
const FIRST_SHOWN = 5;
const STEP_MS = 5000;

const HEADS: readonly TableHead[] = [
  { name: 'Began' },
  { name: 'Lasted' },
  { name: 'How it ended' },
  { name: 'In step', align: 'end' },
  { name: 'Full copies', align: 'end' },
  { name: 'Faults', align: 'end' },
];

const ENDS: Readonly<Record<NonNullable<RecordedRun['ended']>, string>> = {
  stopped: 'Stopped',
  failed: 'Failed',
  completed: 'Completed',
  closed: 'Lockstep ended',
};

/** Each run of the task: when, for how long, and what came of it. Nothing before the first one. */
export function RunsPanel({ id }: { readonly id: string }): ReactElement | null {
  const { data, dataUpdatedAt } = useRequest(
    'task.activity',
    { id },
    { freshForMs: Number.POSITIVE_INFINITY },
  );
  const [all, setAll] = useState(false);
  const here = useNow(STEP_MS);
  if (!data) return null;
  const nowMs = here + data.nowMs - dataUpdatedAt;
  const runs = taskRuns(data, nowMs);
  if (runs.length === 0) return null;
  const shown = all ? runs : runs.slice(0, FIRST_SHOWN);
  return (
    <Panel
      title="Runs"
      flush
      actions={
        runs.length > FIRST_SHOWN && (
          <Button size="compact-xs" onClick={() => setAll(!all)}>
            {all ? `The last ${FIRST_SHOWN}` : `All ${formatCount(runs.length)}`}
          </Button>
        )
      }
    >
      <TableFrame label="Runs" heads={HEADS} mostHeightRem={24} leastWidthRem={42} rowSpacingPx={5}>
        {shown.map((run) => (
          <RunRow key={run.fromMs} run={run} nowMs={nowMs} />
        ))}
      </TableFrame>
    </Panel>
  );
}

function RunRow({ run, nowMs }: { readonly run: RecordedRun; readonly nowMs: number }): ReactElement {
  const { fromMs, toMs, ended, reason, inStepMs, copies, faults, cut } = run;
  return (
    <Table.Tr>
      <Table.Th scope="row" className={classes.began} title={formatExact(fromMs)}>
        {cut && 'before '}
        {formatInstant(fromMs, nowMs)}
      </Table.Th>
      <Table.Td className={classes.lasted}>
        {cut && 'more than '}
        {formatDuration(Math.max(0, (toMs ?? nowMs) - fromMs))}
      </Table.Td>
      <Table.Td>
        <span data-ended={ended ?? 'runs'} className={classes.ended}>
          {ended === null ? 'It runs' : ENDS[ended]}
        </span>
        {reason !== null && <div className={classes.reason}>{reason}</div>}
      </Table.Td>
      <Table.Td ta="end">{inStepMs > 0 ? formatDuration(inStepMs) : '–'}</Table.Td>
      <Table.Td ta="end">{copies === 0 ? '–' : formatCount(copies)}</Table.Td>
      <Table.Td ta="end">{faults === 0 ? '–' : formatCount(faults)}</Table.Td>
    </Table.Tr>
  );
}
