import { formatBytes, formatCount, formatDuration, formatSigned } from '../../shared/format/numbers.ts';
import { formatByteRate, formatLag } from '../../shared/format/rates.ts';
import { formatClock, formatClockSeconds } from '../../shared/format/times.ts';
import type { Unit } from './ticks.ts';

/** A value with its unit, for hovering and for summaries. */
export function formatValue(value: number, unit: Unit): string {
  switch (unit) {
    case 'count':
      return formatCount(value);
    case 'signed-count':
      return formatSigned(value);
    case 'commands-per-second':
      return `${formatCount(value)}/s`;
    case 'bytes-per-second':
      return formatByteRate(value);
    case 'bytes':
      return formatBytes(value);
    case 'seconds':
      return formatLag(value);
  }
}

/** The same for an axis, where round values stand: `512 KB`, not `512.0 KB`. */
export function formatTick(value: number, unit: Unit): string {
  if (value === 0) return '0';
  if (unit === 'seconds') return shortSeconds(value);
  return formatValue(value, unit).replace(/\.0(?= )/, '');
}

function shortSeconds(seconds: number): string {
  if (seconds < 1) return `${seconds} s`;
  return formatDuration(seconds * 1000)
    .replace(/\.0(?= s$)/, '')
    .replace(/ 0 (s|min|h)$/, '');
}

/** The moment of a point: with seconds where the points are seconds apart, with the day if it is another than `nowMs`'s. */
export const formatMoment = (atMs: number, stepMs: number, nowMs: number): string =>
  stepMs >= 60_000 ? formatClock(atMs, nowMs) : formatClockSeconds(atMs);
