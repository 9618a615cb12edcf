/** What the values of an axis are. */
export type Unit =
  'count' | 'signed-count' | 'commands-per-second' | 'bytes-per-second' | 'bytes' | 'seconds';

const INTERVALS = 4;
const SECOND_STEPS = [
  0.5, 1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14_400, 21_600, 43_200, 86_400,
];
const DAY_SECONDS = 86_400;

/** Round values from 0 to at least `max`, in steps that people count in; the last one is the top of the axis. */
export function valueTicks(max: number, unit: Unit): readonly number[] {
  const step = stepFor(Math.max(max, smallestTop(unit)) / INTERVALS, unit);
  const ticks: number[] = [];
  const count = Math.max(1, Math.ceil(Math.max(max, smallestTop(unit)) / step - 1e-9));
  // Multiples, not sums: 0.1 + 0.2 would show.
  for (let index = 0; index <= count; index += 1) ticks.push(Number((index * step).toPrecision(15)));
  return ticks;
}

/** A quiet line lies at the bottom of an axis that does not blow noise up. */
function smallestTop(unit: Unit): number {
  if (unit === 'seconds') return 1;
  return unit === 'bytes' || unit === 'bytes-per-second' ? 4096 : 4;
}

function stepFor(least: number, unit: Unit): number {
  // Bytes are told in powers of 1024, so round steps are powers of 2: 256 KB, 512 KB, 768 KB, 1 MB.
  if (unit === 'bytes' || unit === 'bytes-per-second') return 2 ** Math.ceil(Math.log2(least) - 1e-9);
  if (unit === 'seconds') {
    const known = SECOND_STEPS.find((step) => step >= least);
    return known ?? roundUp(least / DAY_SECONDS) * DAY_SECONDS;
  }
  return Math.max(1, roundUp(least));
}

/** The next of 1, 2, 5, 10, 20 … */
function roundUp(value: number): number {
  const scale = 10 ** Math.floor(Math.log10(value));
  const leading = value / scale;
  const factor = [1, 2, 5, 10].find((candidate) => candidate >= leading - 1e-9) ?? 10;
  return Number((factor * scale).toPrecision(15));
}

/** Where a value lies on its axis. Signed counts are drawn so that a few stay readable beside a million. */
export const toAxis = (value: number, unit: Unit): number =>
  unit === 'signed-count' ? Math.sign(value) * Math.log10(1 + Math.abs(value)) : value;

/** The value at a place of the axis. */
export const fromAxis = (place: number, unit: Unit): number =>
  unit === 'signed-count' ? Math.sign(place) * Math.round(10 ** Math.abs(place) - 1) : place;

/** More labels than this on either side of 0 would touch. */
const MOST_POWERS = 4;

/** Powers of ten on both sides of 0 that hold the values, as places on the axis; at least up to 10 on one of them. */
export function signedTicks(least: number, most: number): readonly number[] {
  const down = powersUpTo(Math.abs(Math.min(0, least)));
  const up = powersUpTo(Math.max(most, down.length === 0 ? 1 : 0));
  return [...down.toReversed().map((value) => -value), 0, ...up].map((value) =>
    toAxis(value, 'signed-count'),
  );
}

function powersUpTo(value: number): number[] {
  if (value <= 0) return [];
  const highest = Math.max(1, Math.ceil(Math.log10(value) - 1e-9));
  const every = Math.ceil(highest / MOST_POWERS);
  const exponents = Array.from({ length: Math.ceil(highest / every) }, (_, index) => highest - index * every);
  return exponents.toReversed().map((exponent) => 10 ** exponent);
}

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1440;
const TIME_STEPS_MINUTES = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440, 2880, 7200, 14_400, 43_200];
const MOST_TIME_TICKS = 8;

/** Minutes between the labels of a time axis of that length. */
const timeStepMinutes = (spanMs: number): number =>
  TIME_STEPS_MINUTES.find((minutes) => spanMs / (minutes * MINUTE_MS) <= MOST_TIME_TICKS) ??
  Math.ceil(spanMs / MINUTE_MS / MOST_TIME_TICKS / DAY_MINUTES) * DAY_MINUTES;

/** Whether moments of an axis of that length are days, and not times of a day. */
export const showsDays = (spanMs: number): boolean => timeStepMinutes(spanMs) >= DAY_MINUTES;

/** Moments of the span that are round in the local zone. */
export function timeTicks(fromMs: number, toMs: number): readonly number[] {
  const minutes = timeStepMinutes(toMs - fromMs);
  const from = new Date(fromMs);
  const ticks: number[] = [];
  // Made of the local calendar, so that they stay round where the clock is put forward or back.
  for (let index = 0; ; index += 1) {
    const atMs = new Date(
      from.getFullYear(),
      from.getMonth(),
      from.getDate(),
      minutes >= 60 ? 0 : from.getHours(),
      index * minutes,
    ).getTime();
    if (atMs > toMs) return ticks;
    if (atMs >= fromMs) ticks.push(atMs);
  }
}
