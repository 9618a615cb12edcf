import { useMemo, useState, type ReactElement } from 'react';
import { useActivity } from '../activity/use-activity.ts';
import { useTaskWindow } from '../activity/use-task-window.ts';
import classes from './charts.module.css';
import { ChosenTime } from './chosen-time.tsx';
import { HistoryFault } from './history-fault.tsx';
import { LinePanel, type LinePanelProps } from './line-panel.tsx';
import { RangeBar } from './range-bar.tsx';
import { useHistory } from './use-history.ts';
import { useSpells } from './use-spells.ts';

type Panel = Pick<LinePanelProps, 'title' | 'unit' | 'lines' | 'empty'>;

const NO_STREAM = 'No changes of the stream in this time.';
const PANELS: readonly Panel[] = [
  {
    title: 'Commands of the stream',
    unit: 'commands-per-second',
    lines: [
      { measure: 'appliedCommandsPerSecond', name: 'Applied' },
      { measure: 'readCommandsPerSecond', name: 'Read' },
    ],
    empty: NO_STREAM,
  },
  {
    title: 'Bytes of the stream',
    unit: 'bytes-per-second',
    lines: [
      { measure: 'appliedBytesPerSecond', name: 'Applied' },
      { measure: 'readBytesPerSecond', name: 'Read' },
    ],
    empty: NO_STREAM,
  },
  { title: 'Lag', unit: 'seconds', lines: [{ measure: 'lagSeconds', name: 'Behind' }] },
  { title: 'Buffer on this machine', unit: 'bytes', lines: [{ measure: 'spoolBytes', name: 'Waiting' }] },
];
/** Only where there was a copy in the time that is shown: it moves far more than the stream does. */
const COPY: Panel = {
  title: 'Traffic of the full copy',
  unit: 'bytes-per-second',
  lines: [
    { measure: 'copyAppliedBytesPerSecond', name: 'Written' },
    { measure: 'copyReadBytesPerSecond', name: 'Read' },
  ],
};

/** Commands and bytes per second, the lag, what waits here, and what a full copy moves, over the time that is chosen on the strip. */
export function TaskCharts({ id }: { readonly id: string }): ReactElement {
  const { window, choice, choose } = useTaskWindow(id);
  const [held, setHeld] = useState(false);
  const { points, rows, endMs, stepMs, loading, fault } = useHistory(id, window, null, held);
  const spells = useSpells(useActivity(id));
  const series = useMemo(() => [{ points, rows }], [points, rows]);
  const shown = { series, endMs, stepMs, loading, spells, spanMs: window.spanMs, syncId: `task-${id}` };
  const copied = points.some(({ copyReadBytesPerSecond }) => copyReadBytesPerSecond !== null);
  return (
    <section className={classes.charts} aria-label="Charts" data-fill>
      <RangeBar title="Over time" window={choice} onWindow={choose} whole held={held} onHold={setHeld}>
        <ChosenTime window={window} stepMs={stepMs} />
      </RangeBar>
      <HistoryFault fault={fault} />
      <div className={classes.grid}>
        {copied && <LinePanel {...COPY} {...shown} />}
        {PANELS.map((panel) => (
          <LinePanel key={panel.title} {...panel} {...shown} />
        ))}
      </div>
    </section>
  );
}
