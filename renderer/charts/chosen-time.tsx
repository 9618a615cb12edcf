import type { ReactElement } from 'react';
import { formatDuration } from '../../shared/format/numbers.ts';
import type { HistoryWindow } from '../../shared/model/history.ts';
import { formatInstant } from '../activity/describe-spell.ts';
import { useNow } from '../state/now.ts';
import classes from './charts.module.css';

interface ChosenTimeProps {
  readonly window: HistoryWindow;
  /** How far points are apart. */
  readonly stepMs: number;
}

const MINUTE_MS = 60_000;
/** Points further apart than this are worth a word. */
const CLOSE_MS = 1000;

/** Which part of the past was chosen, and how closely it is known. */
export function ChosenTime({ window, stepMs }: ChosenTimeProps): ReactElement | null {
  const nowMs = useNow(MINUTE_MS);
  const { spanMs, endMs } = window;
  const part =
    endMs === null
      ? ''
      : `${formatInstant(endMs - spanMs, nowMs)} to ${formatInstant(endMs, nowMs)} (${formatDuration(spanMs)})`;
  const step = stepMs > CLOSE_MS ? `a point every ${formatDuration(stepMs).replace('.0 ', ' ')}` : '';
  const text = [part, step].filter((words) => words !== '').join(', ');
  return text === '' ? null : <span className={classes.chosen}>{text}</span>;
}
