import type { HistoryWindow } from '../../shared/model/history.ts';
import type { Spell } from './spell.ts';
import { shareOf, timeAt, type StripTime } from './strip-places.ts';

/** A part of the strip, from 0 to 1. */
export interface Part {
  readonly from: number;
  readonly to: number;
}

/** Shorter ones would hold no point. */
const LEAST_MS = 10_000;
/** An end this close to that of the strip is now, and goes on with it. */
const NOW_SHARE = 0.998;
/** What is looked at is shown with this much of its length on either side, and no less than LEAST_MS. */
const MARGIN = 0.25;

/** The part that a window takes of the strip. */
export function partOf(window: HistoryWindow, time: StripTime): Part {
  const endMs = window.endMs ?? time.toMs;
  return { from: shareOf(time, endMs - window.spanMs), to: shareOf(time, endMs) };
}

/** The window of a part, whichever of its ends is the earlier. */
export function windowOf({ from, to }: Part, time: StripTime): HistoryWindow {
  const begin = Math.min(from, to);
  const end = Math.max(from, to);
  const endMs = timeAt(time, end);
  const spanMs = Math.max(LEAST_MS, endMs - timeAt(time, begin));
  return { spanMs, endMs: end >= NOW_SHARE ? null : Math.max(endMs, time.fromMs + LEAST_MS) };
}

/** The window that shows a spell with what was around it. */
export function windowAround({ fromMs, toMs }: Spell, time: StripTime): HistoryWindow {
  const marginMs = Math.max(LEAST_MS, (toMs - fromMs) * MARGIN);
  const endMs = Math.round(Math.min(time.toMs, toMs + marginMs));
  return { spanMs: Math.round(endMs - (fromMs - marginMs)), endMs: endMs >= time.toMs ? null : endMs };
}

const STEP = 0.01;
const LEAP = 0.1;

/** Where an end of the part goes with a key; undefined for a key that moves nothing. */
export function shareAfterKey(key: string, share: number): number | undefined {
  const moved = movedBy(key, share);
  return moved === undefined ? undefined : Math.min(1, Math.max(0, moved));
}

function movedBy(key: string, share: number): number | undefined {
  switch (key) {
    case 'ArrowLeft':
    case 'ArrowDown':
      return share - STEP;
    case 'ArrowRight':
    case 'ArrowUp':
      return share + STEP;
    case 'PageDown':
      return share - LEAP;
    case 'PageUp':
      return share + LEAP;
    case 'Home':
      return 0;
    case 'End':
      return 1;
    default:
      return undefined;
  }
}
