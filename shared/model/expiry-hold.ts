/**
 * Expiry held back.
 *
 * A primary expires keys by its own clock. A target that applies the source's stream some time later would lose a key
 * while commands that still met it alive on the source are on their way: a counter under a short expiry that is extended
 * just in time on the source would die on the target and start again from zero. A native replica does not have this
 * problem since it waits for the DEL of its primary.
 *
 * So, while a task runs, the engine writes the expiry T of a key or of a hash field as T + HOLD_MS, far beyond any lag.
 * The source's own DEL or HDEL removes what has expired; when the task stops or hands over, the true times are set.
 * Whoever reads a target in the meantime takes HOLD_MS off again.
 */

/** 100 years of 365.25 days in milliseconds: added to each expiry on the target while a task runs. */
export const HOLD_MS = 3_155_760_000_000;

/**
 * Whether a remaining time to live, in milliseconds, is one that is held back. The bound of 50 years leaves the same room
 * on both sides: a held key that expired on the source long ago, and a true expiry decades from now.
 */
export const isHeld = (remainingMs: number): boolean => remainingMs > HOLD_MS / 2;

/**
 * What truly remains of a remaining time to live, in milliseconds.
 *
 * The negative replies of PTTL pass unchanged (-1 no expiry, -2 no key), as does a time that is not held. A held one comes
 * back without HOLD_MS; 0 then means that the true expiry has passed: the key has expired and only waits for its DEL.
 */
export const releasedTtlMs = (remainingMs: number): number =>
  isHeld(remainingMs) ? Math.max(0, remainingMs - HOLD_MS) : remainingMs;
