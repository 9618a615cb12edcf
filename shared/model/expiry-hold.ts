/**
 * Expiry held back.
 *
 * A primary expires keys by its own clock. A target that applies the source's stream some time later would lose a key
 * while commands that still met it alive on the source are on their way: a counter under a short expiry that is extended
 * just in time on the source would die on the target and start again from zero. A native replica does not have this
 * problem since it waits for the DEL of its primary.
 *
 * So, while a task runs, the engine writes the expiry T of a key as T + HOLD_MS, and that of a hash field as
 * T + FIELD_HOLD_MS, far beyond any lag.
 * The source's own DEL or HDEL removes what has expired; when the task stops or hands over, the true times are set.
 * Whoever reads a target in the meantime takes that off again.
 */

const YEAR_MS = 31_557_600_000;

/**
 * 100,000 years in milliseconds: added to each expiry of a key on the target while a task runs. It dwarfs what programs
 * write to say "never": the largest 32-bit number of seconds (68 years), the year 9999, or .NET's longest time (29,227
 * years). The sum stays an exact integer.
 */
export const HOLD_MS = 100_000 * YEAR_MS;

/** The same for a field of a hash, whose expiry Redis keeps below 2^46 (the year 4199): 1,000 years. */
export const FIELD_HOLD_MS = 1000 * YEAR_MS;

/** The latest expiry that a field of a hash may have (`Redis t_hash.c: HFE_MAX_ABS_TIME_MSEC`), in Unix ms. */
export const LATEST_FIELD_EXPIRY_MS = 2 ** 46 - 1;

/**
 * Whether a remaining time to live, in milliseconds, is one that is held back. The bound in the middle leaves the same
 * room on both sides: a held key that expired on the source long ago, and a true expiry that is far away.
 */
export const isHeld = (remainingMs: number, holdMs = HOLD_MS): boolean => remainingMs > holdMs / 2;

/**
 * What truly remains of a remaining time to live, in milliseconds.
 *
 * The negative replies of PTTL pass unchanged (-1 no expiry, -2 no key), as does a time that is not held. A held one comes
 * back without the hold; 0 then means that the true expiry has passed: the key has expired and only waits for its DEL.
 */
export const releasedTtlMs = (remainingMs: number, holdMs = HOLD_MS): number =>
  isHeld(remainingMs, holdMs) ? Math.max(0, remainingMs - holdMs) : remainingMs;
