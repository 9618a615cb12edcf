import type { ReactElement } from 'react';
import { formatClock, formatDay } from '../../shared/format/times.ts';
import { showsDays, timeTicks } from '../charts/ticks.ts';
import classes from './activity-strip.module.css';
import { shareOf, type StripTime } from './strip-places.ts';

/** Labels closer to an end than this would be cut off. */
const EDGE = 0.025;

/** The clock below the strip. */
export function StripAxis(time: StripTime): ReactElement {
  const days = showsDays(time.toMs - time.fromMs);
  return (
    <div className={classes.axis} aria-hidden="true">
      {timeTicks(time.fromMs, time.toMs)
        .map((atMs) => ({ atMs, share: shareOf(time, atMs) }))
        .filter(({ share }) => share > EDGE && share < 1 - EDGE)
        .map(({ atMs, share }) => (
          <span key={atMs} className={classes.tick} style={{ left: `${share * 100}%` }}>
            {days ? formatDay(atMs) : formatClock(atMs, atMs)}
          </span>
        ))}
      <span className={classes.now}>now</span>
    </div>
  );
}
