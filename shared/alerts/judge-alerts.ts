import { ALERT_KINDS, type AlertKind, type AlertSettings } from './alert-settings.ts';

/** What is known of a task, as far as alerts go. */
export interface AlertFacts {
  /** How far the target is behind; null where nobody can say. */
  readonly lagSeconds: number | null;
  /** The sides differ by what is counted or compared, and not since changes are on their way. */
  readonly differs: boolean;
  readonly failed: boolean;
  /** What waits on disk, of what may; from 0. */
  readonly bufferPercent: number;
  /** When the first of the task's certificates ends; null where it has none. */
  readonly certificateEndsAtMs: number | null;
}

/** A condition of a task that holds: since when, and when it was told last. */
export interface Held {
  readonly sinceMs: number;
  readonly toldAtMs: number | null;
}
/** What holds of one task now. */
export type AlertMemory = Readonly<Partial<Record<AlertKind, Held>>>;

export interface Judged {
  readonly memory: AlertMemory;
  /** To be told now, with since when each holds. */
  readonly raised: readonly { readonly kind: AlertKind; readonly sinceMs: number }[];
  /** Were told, and hold no longer. */
  readonly over: readonly { readonly kind: AlertKind; readonly sinceMs: number }[];
}

const MINUTE_MS = 60_000;
const DAY_MS = 86_400_000;
/** Who has not done anything by then is told again. */
export const AGAIN_AFTER_MS = DAY_MS;

/**
 * What is to be told of a task. A condition is told once it has held for its time, again after a day, and once it is over. In quiet hours
 * nothing is told: what still holds at their end is told then. `localMinute`: minutes after midnight by the clock of the machine.
 */
export function judgeAlerts(
  facts: AlertFacts,
  before: AlertMemory,
  settings: AlertSettings,
  nowMs: number,
  localMinute: number,
): Judged {
  const quiet = isQuiet(settings.quiet, localMinute);
  const memory: Partial<Record<AlertKind, Held>> = {};
  const raised: { kind: AlertKind; sinceMs: number }[] = [];
  const over: { kind: AlertKind; sinceMs: number }[] = [];
  for (const kind of ALERT_KINDS) {
    const was = before[kind];
    if (!settings[kind].on) continue;
    if (!holds(kind, facts, settings, nowMs)) {
      if (!was || was.toldAtMs === null) continue;
      // Its end is not worth waking anybody either; it is told when the night is over.
      if (quiet) memory[kind] = was;
      else over.push({ kind, sinceMs: was.sinceMs });
      continue;
    }
    // A clock that was set back makes nothing hold for less than no time.
    const sinceMs = Math.min(was?.sinceMs ?? nowMs, nowMs);
    const toldAtMs = was?.toldAtMs ?? null;
    const due = nowMs - sinceMs >= waitMs(kind, settings);
    const again = toldAtMs === null || nowMs - toldAtMs >= AGAIN_AFTER_MS;
    const tell = due && again && !quiet;
    if (tell) raised.push({ kind, sinceMs });
    memory[kind] = { sinceMs, toldAtMs: tell ? nowMs : toldAtMs };
  }
  return { memory, raised, over };
}

/** Whether nobody is to be woken. Hours that begin and end at one time are none. */
export function isQuiet({ on, fromMinute, toMinute }: AlertSettings['quiet'], localMinute: number): boolean {
  if (!on) return false;
  return fromMinute <= toMinute
    ? localMinute >= fromMinute && localMinute < toMinute
    : localMinute >= fromMinute || localMinute < toMinute;
}

/** Minutes after midnight, where this runs. */
export const minuteOf = (atMs: number): number => {
  const date = new Date(atMs);
  return date.getHours() * 60 + date.getMinutes();
};

function holds(kind: AlertKind, facts: AlertFacts, settings: AlertSettings, nowMs: number): boolean {
  switch (kind) {
    case 'lag':
      return facts.lagSeconds !== null && facts.lagSeconds > settings.lag.seconds;
    case 'drift':
      return facts.differs;
    case 'failed':
      return facts.failed;
    case 'buffer':
      return facts.bufferPercent >= settings.buffer.percent;
    case 'certificate':
      return (
        facts.certificateEndsAtMs !== null &&
        facts.certificateEndsAtMs - nowMs <= settings.certificate.days * DAY_MS
      );
  }
}

const waitMs = (kind: AlertKind, { lag, drift }: AlertSettings): number =>
  kind === 'lag' ? lag.forMinutes * MINUTE_MS : kind === 'drift' ? drift.forMinutes * MINUTE_MS : 0;
