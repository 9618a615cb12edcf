import { formatBytes, formatCount, formatDuration } from './numbers.ts';

/** 12400.3 → `12,400 commands/s`. */
export const formatCommandRate = (perSecond: number): string => `${formatCount(perSecond)} commands/s`;

/** 1536 → `1.5 KB/s`. */
export const formatByteRate = (perSecond: number): string => `${formatBytes(perSecond)}/s`;

/** 0.4217 → `42 %`; 100 only when it is whole, so that what is not done never looks done. */
export function formatPercent(fraction: number): string {
  const percent = Math.min(1, Math.max(0, fraction)) * 100;
  return `${percent === 100 ? 100 : Math.min(99, Math.floor(percent))} %`;
}

/** Lag in seconds: 0.04 → `< 0.1 s`, 0.3 → `0.3 s`, 75 → `1 min 15 s`. */
export const formatLag = (seconds: number): string =>
  seconds < 0.1 ? '< 0.1 s' : seconds < 0.95 ? `${seconds.toFixed(1)} s` : formatDuration(seconds * 1000);

/** A difference with its sign: 3 → `+3`, −1200 → `−1,200`, 0 → `0`. */
export function formatDifference(count: number): string {
  if (count === 0) return '0';
  return `${count > 0 ? '+' : '−'}${formatCount(Math.abs(count))}`;
}
