/** Numbers with units for people, the same everywhere. Always in English notation. */

const BYTE_UNITS = ['B', 'KB', 'MB', 'GB', 'TB', 'PB'] as const;

/** 1536 → `1.5 KB`. Powers of 1024. */
export function formatBytes(bytes: number): string {
  let value = Math.max(0, bytes);
  let unit = 0;
  while (value >= 1023.95 && unit < BYTE_UNITS.length - 1) {
    value /= 1024;
    unit += 1;
  }
  return unit === 0 ? `${Math.round(value)} B` : `${value.toFixed(1)} ${BYTE_UNITS[unit]}`;
}

// Made once: a format costs far more than its use.
const COUNT = new Intl.NumberFormat('en-US');

/** 1234567 → `1,234,567`. */
export function formatCount(count: number): string {
  return COUNT.format(Math.round(count));
}

/** 12 → `+12`, -12 → `−12`, 0 → `0`. */
export const formatSigned = (count: number): string =>
  Math.round(count) === 0 ? '0' : `${count < 0 ? '−' : '+'}${formatCount(Math.abs(count))}`;

/** 1 → `1 key`, 1234567 → `1,234,567 keys`. */
export const formatKeys = (count: number): string => `${formatCount(count)} ${count === 1 ? 'key' : 'keys'}`;

/** 754000 → `12 min 34 s`; in two units, of which the smaller one is left out where it is 0. */
export function formatDuration(ms: number): string {
  if (ms < 950) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const days = Math.floor(seconds / 86_400);
  const hours = Math.floor((seconds % 86_400) / 3600);
  const minutes = Math.floor((seconds % 3600) / 60);
  if (days > 0) return both([days, 'd'], [hours, 'h']);
  if (hours > 0) return both([hours, 'h'], [minutes, 'min']);
  return both([minutes, 'min'], [seconds % 60, 's']);
}

type Amount = readonly [count: number, unit: string];
const both = (first: Amount, second: Amount): string =>
  second[0] === 0 ? first.join(' ') : `${first.join(' ')} ${second.join(' ')}`;

/** 720 → `12 h`; 90 → `1 h 30 min`; 5 → `5 min`; 2880 → `2 d`. Units that are 0 are left out. */
export function formatMinutes(minutes: number): string {
  const whole = Math.round(Math.max(0, minutes));
  const parts: [number, string][] = [
    [Math.floor(whole / 1440), 'd'],
    [Math.floor((whole % 1440) / 60), 'h'],
    [whole % 60, 'min'],
  ];
  const text = parts.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`);
  return text.join(' ') || '0 min';
}
