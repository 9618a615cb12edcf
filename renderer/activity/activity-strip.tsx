import { useId, type ReactElement } from 'react';
import { formatInstant } from './describe-spell.ts';
import classes from './activity-strip.module.css';
import { StripAxis } from './strip-axis.tsx';
import { StripHandles } from './strip-handles.tsx';
import { StripLegend } from './strip-legend.tsx';
import type { StripTime } from './strip-places.ts';
import { StripTrack } from './strip-track.tsx';
import { useActivity } from './use-activity.ts';
import { useTaskWindow } from './use-task-window.ts';

/** What has become of a task from its first start until now, to scale; a part of it sets the time of all charts below. */
export function ActivityStrip({ id }: { readonly id: string }): ReactElement | null {
  const shown = useActivity(id);
  const { window, choice, choose } = useTaskWindow(id);
  const titleId = useId();
  if (!shown) return null;
  const { bands, comparisons, faults, keptFromMs, nowMs } = shown;
  const first = bands[0];
  if (!first)
    return <p className={classes.none}>What this task does is drawn here from its first start on.</p>;
  const time: StripTime = { fromMs: first.fromMs, toMs: Math.max(nowMs, first.fromMs + 1000) };
  const shownParts = { time, window, whole: choice === 'whole', onWindow: choose };
  return (
    <section className={classes.strip} aria-labelledby={titleId}>
      <h2 id={titleId} className={classes.title}>
        {keptFromMs === null
          ? 'Since its first start'
          : `Since ${formatInstant(keptFromMs, nowMs)}: earlier is no longer kept`}
      </h2>
      <div className={classes.stage}>
        <StripTrack bands={bands} comparisons={comparisons} faults={faults} nowMs={nowMs} {...shownParts} />
        <StripHandles nowMs={nowMs} {...shownParts} />
      </div>
      <StripAxis {...time} />
      <StripLegend spells={[...bands, ...comparisons, ...faults]} />
    </section>
  );
}
