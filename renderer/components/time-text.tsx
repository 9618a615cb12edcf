import type { ReactElement } from 'react';
import { formatAgo, formatClock, formatClockSeconds, formatExact } from '../../shared/format/times.ts';
import { useNow } from '../state/now.ts';

export interface TimeTextProps {
  readonly atMs: number;
  /** `ago`: `12 min ago`; `clock`: `02:10`, with the day if it is another; `seconds`: `02:10:33`. */
  readonly as?: 'ago' | 'clock' | 'seconds';
}

/** A moment in the local zone; the exact one shows on hover. */
export function TimeText({ atMs, as = 'ago' }: TimeTextProps): ReactElement {
  const nowMs = useNow(as === 'ago' ? 1000 : 60_000);
  const text =
    as === 'seconds'
      ? formatClockSeconds(atMs)
      : as === 'clock'
        ? formatClock(atMs, nowMs)
        : formatAgo(atMs, Math.max(nowMs, atMs - 4999));
  return (
    <time dateTime={new Date(atMs).toISOString()} title={formatExact(atMs)}>
      {text}
    </time>
  );
}
