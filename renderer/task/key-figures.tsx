import type { ReactElement, ReactNode } from 'react';
import { driftFigure } from '../../shared/format/drift-words.ts';
import { formatBytes, formatCount } from '../../shared/format/numbers.ts';
import { formatByteRate, formatLag } from '../../shared/format/rates.ts';
import { formatAge } from '../../shared/format/times.ts';
import type { FigureAge } from '../../shared/model/figure-age.ts';
import type { Judgement } from '../../shared/model/judgement.ts';
import type { Metrics } from '../../shared/model/metrics.ts';
import type { Drift, TaskView } from '../../shared/model/task-view.ts';
import { Figure, FigureRow, type FigureProps } from '../components/figure.tsx';
import { Panel } from '../components/panel.tsx';
import { TimeText } from '../components/time-text.tsx';
import { useJudged } from '../state/judgement.ts';

/** The figures to look at: lag, what is applied, what waits, how many keys either side holds, and the drift; each with its age. */
export function KeyFigures({ id }: { readonly id: string }): ReactElement | null {
  const judged = useJudged(id);
  if (!judged) return null;
  const { task, judgement } = judged;
  const { metrics } = task;
  const { ages, drift, lagTone } = judgement;
  return (
    <Panel>
      <FigureRow>
        <Figure
          label="Lag"
          tone={lagTone}
          {...figure(ages.source, metrics, ({ lag }) => [
            formatLag(lag.seconds),
            `${formatBytes(lag.bytes)} behind`,
          ])}
        />
        <Figure
          label="Commands applied"
          {...figure(ages.report, metrics, ({ applied }) => [
            `${formatCount(applied.commandsPerSecond)}/s`,
            formatByteRate(applied.bytesPerSecond),
          ])}
        />
        <Figure
          label="In the buffer"
          {...figure(ages.report, metrics, ({ spool }) => [formatBytes(spool.bytes), spoolDetail(task)])}
        />
        <Figure label="Keys on the source" {...keys(ages.counts, metrics, 'source')} />
        <Figure label="Keys on the target" {...keys(ages.counts, metrics, 'target')} />
        {metrics && metrics.librariesLeftOut > 0 && (
          <Figure
            label="Function libraries left out"
            value={formatCount(metrics.librariesLeftOut)}
            detail="the target knows none"
          />
        )}
        <Figure
          label="Drift"
          value={driftFigure(drift)}
          tone={drift.tone}
          old={ages.counts.kind === 'old'}
          detail={driftDetail(judgement, task.drift)}
        />
      </FigureRow>
    </Panel>
  );
}

type Shown = Pick<FigureProps, 'value' | 'detail' | 'old'>;

const NONE = '–';

/** What is old says how old instead of its detail. */
function figure(
  age: FigureAge,
  metrics: Metrics | null,
  of: (metrics: Metrics) => readonly [value: string, detail: string],
  nothing = 'not running',
): Shown {
  if (!metrics || age.kind === 'none') return { value: NONE, detail: nothing };
  const [value, detail] = of(metrics);
  return age.kind === 'old' ? { value, detail: formatAge(age.forMs), old: true } : { value, detail };
}

function spoolDetail({ metrics, spoolMaxBytes }: TaskView): string {
  if (metrics && metrics.spool.diskBytes > 0) return `${formatBytes(metrics.spool.diskBytes)} on disk`;
  return `at most ${formatBytes(spoolMaxBytes)}`;
}

function keys(age: FigureAge, metrics: Metrics | null, side: 'source' | 'target'): Shown {
  return figure(
    age,
    metrics,
    ({ databases }) => {
      let all = 0;
      let expiring = 0;
      for (const database of databases) {
        all += side === 'source' ? database.sourceKeys : database.targetKeys;
        expiring += side === 'source' ? database.sourceExpires : database.targetExpires;
      }
      return [formatCount(all), `${formatCount(expiring)} expire`];
    },
    'not counted yet',
  );
}

function driftDetail({ ages, drift, compared }: Judgement, { lastZeroAtMs }: Drift): ReactNode {
  if (ages.counts.kind === 'none') return 'not counted yet';
  if (drift.saying === 'found' && compared)
    return (
      <>
        {formatCount(compared.differences)} by comparison, <TimeText atMs={compared.endedAtMs} />
      </>
    );
  if (ages.counts.kind === 'old') return `counted ${formatAge(ages.counts.forMs)}`;
  if (drift.difference === 0) return 'equal now';
  if (lastZeroAtMs === null) return 'not equal yet';
  return (
    <>
      last equal <TimeText atMs={lastZeroAtMs} />
    </>
  );
}
