/**
 * Late expiry.
 *
 * A primary expires keys by its own clock. A target that applies the source's stream some time later would lose a key
 * while commands that still met it alive on the source are on their way: a counter under a short expiry that is extended
 * just in time on the source would die on the target and start again from zero. A native replica does not have this
 * problem since it waits for the DEL of its primary.
 *
 * So, while a task runs, the expiry T of a key (or of a field of a hash) is written to the target later, by one of two
 * amounts: a small one while the target is in step, and a long one while it is not. The source's own DEL or HDEL removes
 * what has expired.
 *
 * Whether a time is late is read from the time itself: the last four bits of its milliseconds are a mark. A late time is
 * T, rounded up to 16 ms, plus the amount, plus the mark of that amount; a time that is exact by chance in a place that
 * bears a mark is written a millisecond later. So whoever finds a time knows what it says, whatever was changed before it.
 */

/** How late a time is, or is to be. */
export type Bound = 'exact' | 'small' | 'long';

/** How much later the two kinds of late times are, in ms; multiples of GRID_MS. */
export interface Amounts {
  readonly smallMs: number;
  readonly longMs: number;
}

/** What a late time is rounded up to: the four bits below hold the mark. */
export const GRID_MS = 16;

/** Neither is what a time in whole seconds ends in (0 or 8), nor does the other come a millisecond after it. */
export const MARKS = { small: 5, long: 13 } as const;

/** What a task takes when nothing else is asked for: how late expiry on the target may be while it is in step. */
export const DEFAULT_SMALL_MS = 60_000;
/** Below this the bound could not be held by samples that are taken once a second. */
export const LEAST_SMALL_MS = 10_000;
export const MOST_SMALL_MS = 3_600_000;
const DAY_MS = 86_400_000;

/** The latest expiry that a field of a hash may have (`Redis t_hash.c: HFE_MAX_ABS_TIME_MSEC`), in Unix ms. */
export const LATEST_FIELD_EXPIRY_MS = 2 ** 46 - 1;

const LARGEST_EXACT = Number.MAX_SAFE_INTEGER;
/** Beyond LARGEST_EXACT times are cut to 100 s (a multiple of 2 * GRID_MS), which a double holds and prints exactly. */
const COARSE_MS = 100_000;
/** What Redis takes is below 2^63. */
const LATEST_EXPIRY_MS = 9_223_372_036_854_700_000;

const toGrid = (ms: number): number => Math.ceil(ms / GRID_MS) * GRID_MS;

/**
 * The amounts for a task whose small bound and retry duration are these. `lagMs` is how far the target is behind when they
 * are chosen.
 */
export function amountsFor(smallMs: number, retryForMs: number, lagMs = 0): Amounts {
  return {
    smallMs: toGrid(smallMs),
    longMs: toGrid(Math.max(DAY_MS, 2 * retryForMs, 2 * lagMs, 2 * smallMs)),
  };
}

/** How late a time is that was read from a target, in Unix ms. */
export function boundOf(atMs: number): Bound {
  if (!(atMs > 0 && atMs <= LARGEST_EXACT)) return 'exact';
  const mark = atMs % GRID_MS;
  return mark === MARKS.small ? 'small' : mark === MARKS.long ? 'long' : 'exact';
}

/** The true time behind one that was read from a target, in Unix ms: exact, or up to 15 ms late where it was written late. */
export function trueTimeMs(atMs: number, amounts: Amounts): number {
  const bound = boundOf(atMs);
  if (bound === 'exact') return atMs;
  return atMs - MARKS[bound] - (bound === 'small' ? amounts.smallMs : amounts.longMs);
}

/** A true time as it is written with this bound, in Unix ms. */
export function timeWith(bound: Bound, trueMs: number, amounts: Amounts): number {
  if (bound === 'exact') return exactTime(trueMs);
  return toGrid(trueMs) + (bound === 'small' ? amounts.smallMs : amounts.longMs) + MARKS[bound];
}

/** A true time that is written as it is, moved off both marks. */
export function exactTime(trueMs: number): number {
  if (trueMs > LARGEST_EXACT) return Math.min(Math.floor(trueMs / COARSE_MS) * COARSE_MS, LATEST_EXPIRY_MS);
  return boundOf(trueMs) === 'exact' ? trueMs : trueMs + 1;
}
