import { formatDuration } from '../../shared/format/numbers.ts';
import { formatClock, formatClockSeconds } from '../../shared/format/times.ts';
import type { Spell } from './spell.ts';

/** `02:10:33`, with the day in front where that is another than today. */
export function formatInstant(atMs: number, nowMs: number): string {
  const sameDay = new Date(atMs).toDateString() === new Date(nowMs).toDateString();
  return sameDay ? formatClockSeconds(atMs) : formatClock(atMs, nowMs);
}

/** `02:10:33 to 02:12:03, 1 min 30 s`; `since 02:10:33, 1 min 30 s` for what lasts; the moment of what has no length. */
export function describeTimes({ kind, fromMs, toMs, lasts }: Spell, nowMs: number): string {
  const from = formatInstant(fromMs, nowMs);
  if (kind === 'fault') return from;
  const length = formatDuration(toMs - fromMs);
  return lasts ? `since ${from}, ${length}` : `${from} to ${formatInstant(toMs, nowMs)}, ${length}`;
}

export const describeSpell = (spell: Spell, nowMs: number): string =>
  `${spell.word}, ${describeTimes(spell, nowMs)}`;
