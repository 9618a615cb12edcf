import type { HistoryWindow } from '../../shared/model/history.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const last = (spanMs: number): HistoryWindow => ({ spanMs, endMs: null });

export const LAST_10_MIN = last(10 * MINUTE_MS);
export const LAST_HOUR = last(HOUR_MS);

/** What can be chosen in one step; all of them go on with the time. */
export const WINDOWS: readonly { readonly label: string; readonly window: HistoryWindow }[] = [
  { label: '10 min', window: LAST_10_MIN },
  { label: '1 h', window: LAST_HOUR },
  { label: '24 h', window: last(DAY_MS) },
  { label: '30 d', window: last(30 * DAY_MS) },
];

export const sameWindow = (a: HistoryWindow, b: HistoryWindow): boolean =>
  a.spanMs === b.spanMs && a.endMs === b.endMs;

/** Lengths of a whole that grows: it is another one now and then, not with each second. */
const WHOLES_MS = [10 * MINUTE_MS, 30 * MINUTE_MS, HOUR_MS, 3 * HOUR_MS, 6 * HOUR_MS, 12 * HOUR_MS, DAY_MS];

/** All of a time that began then, and what is to come of it. */
export function wholeWindow(sinceMs: number): HistoryWindow {
  const whole = WHOLES_MS.find((lengthMs) => lengthMs >= sinceMs);
  return last(whole ?? Math.ceil(sinceMs / DAY_MS) * DAY_MS);
}
