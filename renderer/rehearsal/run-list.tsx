import { Button, Table } from '@mantine/core';
import type { ReactElement } from 'react';
import { formatDuration } from '../../shared/format/numbers.ts';
import { formatExact } from '../../shared/format/times.ts';
import type { RunSummary } from '../../shared/rehearsal/run-summary.ts';
import { KIND_WORDS } from '../../shared/rehearsal/step-words.ts';
import { Panel } from '../components/panel.tsx';
import { TableFrame } from '../components/table-frame.tsx';
import { TimeText } from '../components/time-text.tsx';
import classes from './rehearsal.module.css';
import { RunTrend } from './run-trend.tsx';

interface RunListProps {
  /** Newest first. */
  readonly runs: readonly RunSummary[];
  /** The one that is shown, by when it began. */
  readonly shown: number | null;
  readonly onShow: (atMs: number) => void;
}

const HEADS = [
  { name: 'Began' },
  { name: 'Kind' },
  { name: 'Goals' },
  { name: 'Recovery time', align: 'end' },
  { name: 'Behind, or lost', align: 'end' },
  { name: 'Full copy', align: 'end' },
  { name: 'Report', hidden: true },
] as const;

/** The runs whose reports are kept, newest first. */
export function RunList({ runs, shown, onShow }: RunListProps): ReactElement {
  return (
    <Panel title="Runs" flush>
      <RunTrend runs={runs} />
      <TableFrame
        label="Runs"
        heads={HEADS}
        mostHeightRem={26}
        leastWidthRem={46}
        rowSpacingPx={6}
        className={classes.runs}
      >
        {runs.map((run) => (
          <Table.Tr key={run.id} aria-selected={run.atMs === shown}>
            <Table.Th scope="row">
              <TimeText atMs={run.atMs} as="clock" />
            </Table.Th>
            <Table.Td>{KIND_WORDS[run.kind]}</Table.Td>
            <Table.Td>
              <span data-tone={run.met ? 'good' : 'bad'}>{run.met ? 'met' : 'not met'}</span>
            </Table.Td>
            <Table.Td ta="end">{figure(run.rtoMs)}</Table.Td>
            <Table.Td ta="end">{figure(run.rpoSeconds === null ? null : run.rpoSeconds * 1000)}</Table.Td>
            <Table.Td ta="end">{figure(run.copyMs)}</Table.Td>
            <Table.Td ta="end">
              {/* One button whether it is shown or not, so that who has pressed it stays on it. */}
              <Button
                size="compact-sm"
                aria-label={`${run.atMs === shown ? 'Shown:' : 'Show'} the run of ${formatExact(run.atMs)}`}
                {...(run.atMs === shown && { variant: 'subtle' })}
                onClick={() => onShow(run.atMs)}
              >
                {run.atMs === shown ? 'Shown' : 'Show'}
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </TableFrame>
    </Panel>
  );
}

const figure = (ms: number | null): string => (ms === null ? '–' : formatDuration(ms));
