import { useMemo, useState, type ReactElement } from 'react';
import { addressOf } from '../../shared/model/server-address.ts';
import chartClasses from '../charts/charts.module.css';
import { HistoryFault } from '../charts/history-fault.tsx';
import { LinePanel } from '../charts/line-panel.tsx';
import { MOST_LINES } from '../charts/line-sample.tsx';
import { RangeBar } from '../charts/range-bar.tsx';
import type { ChartLine } from '../charts/series.ts';
import { LAST_10_MIN } from '../charts/windows.ts';
import { useGroupHistory } from '../charts/use-group-history.ts';
import { useTaskStore } from '../state/tasks.ts';

/** How far each target has been behind, a line each; of a group with more than can be told apart, its first ones. */
export function GroupLag({ ids }: { readonly ids: readonly string[] }): ReactElement {
  const [window, setWindow] = useState(LAST_10_MIN);
  const [held, setHeld] = useState(false);
  const drawn = useMemo(() => ids.slice(0, MOST_LINES), [ids]);
  const history = useGroupHistory(drawn, window, held);
  const lines = useLines(drawn);
  return (
    <section className={chartClasses.charts} aria-label="Charts">
      <RangeBar
        title="Over time"
        window={window}
        onWindow={(chosen) => chosen !== 'whole' && setWindow(chosen)}
        held={held}
        onHold={setHeld}
      />
      <HistoryFault fault={history.fault} />
      <LinePanel
        title={ids.length > MOST_LINES ? `Lag of the first ${MOST_LINES} targets` : 'Lag of each target'}
        unit="seconds"
        lines={lines}
        series={history.series}
        spanMs={window.spanMs}
        stepMs={history.stepMs}
        endMs={history.endMs}
        loading={history.loading}
        syncId="group"
      />
    </section>
  );
}

/** A line for each target, by its address. */
function useLines(ids: readonly string[]): readonly ChartLine[] {
  const names = useTaskStore(({ byId }) =>
    ids.map((id) => (byId[id] ? addressOf(byId[id].target) : '')).join('\n'),
  );
  return useMemo(() => names.split('\n').map((name, of) => ({ measure: 'lagSeconds', name, of })), [names]);
}
