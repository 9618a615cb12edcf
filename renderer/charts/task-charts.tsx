import { SegmentedControl } from '@mantine/core';
import { useMemo, useState, type ReactElement } from 'react';
import type { HistoryRange } from '../../shared/model/history.ts';
import classes from './charts.module.css';
import { HistoryFault } from './history-fault.tsx';
import { LinePanel, type LinePanelProps } from './line-panel.tsx';
import { RangeBar } from './range-bar.tsx';
import { useHistory } from './use-history.ts';

type Panel = Pick<LinePanelProps, 'title' | 'unit' | 'lines'>;

const COMMANDS: Panel = {
  title: 'Commands',
  unit: 'commands-per-second',
  lines: [
    { measure: 'appliedCommandsPerSecond', name: 'Applied' },
    { measure: 'readCommandsPerSecond', name: 'Read' },
  ],
};
const BYTES: Panel = {
  title: 'Bytes',
  unit: 'bytes-per-second',
  lines: [
    { measure: 'appliedBytesPerSecond', name: 'Applied' },
    { measure: 'readBytesPerSecond', name: 'Read' },
  ],
};
const LAG: Panel = {
  title: 'Lag',
  unit: 'seconds',
  lines: [{ measure: 'lagSeconds', name: 'Behind' }],
};
const SPOOL: Panel = {
  title: 'Spool',
  unit: 'bytes',
  lines: [{ measure: 'spoolBytes', name: 'Waiting' }],
};

/** Commands and bytes per second, and the lag or what waits in the spool: never more than three charts at once. */
export function TaskCharts({ id }: { readonly id: string }): ReactElement {
  const [range, setRange] = useState<HistoryRange>('5m');
  const [held, setHeld] = useState(false);
  const [third, setThird] = useState(LAG);
  const { points, rows, endMs, loading, fault } = useHistory(id, range, null, held);
  const series = useMemo(() => [{ points, rows }], [points, rows]);
  const shown = { series, endMs, loading, range, syncId: `task-${id}` };
  return (
    <section className={classes.charts} aria-label="Charts">
      <RangeBar title="Over time" range={range} onRange={setRange} held={held} onHold={setHeld}>
        <SegmentedControl
          size="xs"
          data={['Lag', 'Spool']}
          value={third.title}
          onChange={(title) => setThird(title === SPOOL.title ? SPOOL : LAG)}
          aria-label="Third chart"
        />
      </RangeBar>
      <HistoryFault fault={fault} />
      <div className={classes.grid}>
        <LinePanel {...COMMANDS} {...shown} />
        <LinePanel {...BYTES} {...shown} />
        <LinePanel key={third.title} {...third} {...shown} />
      </div>
    </section>
  );
}
