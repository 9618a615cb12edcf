/** Moments for people, in the local zone of whoever reads them. Always in English notation, with 24 hours. */

const DAY_MS = 86_400_000;

const clock = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const clockSeconds = new Intl.DateTimeFormat('en-GB', {
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});
const dayAndClock = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
});
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const exact = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'long',
  year: 'numeric',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  timeZoneName: 'short',
});

/** `02:10` on the day of `nowMs`, `9 Oct, 02:10` on another. */
export function formatClock(atMs: number, nowMs: number): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return (sameDay ? clock : dayAndClock).format(atMs);
}

/** `02:10:33`. */
export const formatClockSeconds = (atMs: number): string => clockSeconds.format(atMs);

/** `9 Oct`. */
export const formatDay = (atMs: number): string => day.format(atMs);

/** `9 October 2031 at 02:10:33 CEST`. */
export const formatExact = (atMs: number): string => exact.format(atMs);

/** `just now`, `40 s ago`, `12 min ago`, `3 h ago`; the date from a day on. A moment to come: `in 12 min`. */
export function formatAgo(atMs: number, nowMs: number): string {
  const distanceMs = Math.abs(nowMs - atMs);
  if (distanceMs < 5000) return 'just now';
  if (distanceMs >= DAY_MS) return formatClock(atMs, nowMs);
  const words = roughly(distanceMs);
  return atMs > nowMs ? `in ${words}` : `${words} ago`;
}

/** `12 s`, `4 min`, `3 h`, `2 d`: one unit, for what is read at a glance. */
export function roughly(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.floor(seconds / 3600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** How old a figure is: `40 s ago`, `3 h ago`. */
export const formatAge = (forMs: number): string => `${roughly(forMs)} ago`;
