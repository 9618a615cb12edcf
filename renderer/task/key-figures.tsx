import type { ReactElement } from 'react';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { formatByteRate, formatLag } from '../../shared/format/rates.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import { isAtWork, type TaskView } from '../../shared/model/task-view.ts';
import { Figure, FigureRow } from '../components/figure.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { driftFigure } from '../drift/verdict-words.ts';
import { useTask } from '../state/tasks.ts';

/** The figures to look at: lag, what is applied, what waits, how many keys either side holds, and the drift. */
export function KeyFigures({ id }: { readonly id: string }): ReactElement | null {
  const task = useTask(id);
  if (!task) return null;
  const { metrics, drift } = task;
  const active = isAtWork(task.state);
  const { value, tone } = driftFigure(drift);
  return (
    <Panel>
      <FigureRow>
        <Figure
          label="Lag"
          value={metrics && active ? formatLag(metrics.lag.seconds) : NONE}
          detail={metrics && active ? `${formatBytes(metrics.lag.bytes)} behind` : 'not running'}
        />
        <Figure
          label="Commands applied"
          value={metrics && active ? `${formatCount(metrics.applied.commandsPerSecond)}/s` : NONE}
          detail={metrics && active ? formatByteRate(metrics.applied.bytesPerSecond) : 'not running'}
        />
        <Figure
          label="In the spool"
          value={metrics && active ? formatBytes(metrics.spool.bytes) : NONE}
          detail={active ? spoolDetail(task) : 'not running'}
        />
        <Figure label="Keys on the source" {...keys(metrics, 'source')} />
        <Figure label="Keys on the target" {...keys(metrics, 'target')} />
        {metrics && metrics.librariesLeftOut > 0 && (
          <Figure
            label="Function libraries left out"
            value={formatCount(metrics.librariesLeftOut)}
            detail="the target knows none"
          />
        )}
        <Figure
          label="Drift"
          value={value}
          tone={tone}
          detail={
            drift.lastZeroAtMs === null ? (
              'not yet 0'
            ) : (
              <>
                last 0 <TimeText atMs={drift.lastZeroAtMs} />
              </>
            )
          }
        />
      </FigureRow>
    </Panel>
  );
}

const NONE = '–';

function spoolDetail({ metrics, spoolMaxBytes }: TaskView): string {
  if (metrics && metrics.spool.diskBytes > 0) return `${formatBytes(metrics.spool.diskBytes)} on disk`;
  return `at most ${formatBytes(spoolMaxBytes)}`;
}

function keys(metrics: Metrics | null, side: 'source' | 'target'): { value: string; detail: string } {
  if (!metrics) return { value: NONE, detail: 'not counted yet' };
  let all = 0;
  let expiring = 0;
  for (const database of metrics.databases) {
    all += side === 'source' ? database.sourceKeys : database.targetKeys;
    expiring += side === 'source' ? database.sourceExpires : database.targetExpires;
  }
  return { value: formatCount(all), detail: `${formatCount(expiring)} expire` };
}
