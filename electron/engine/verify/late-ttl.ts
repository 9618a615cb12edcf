import { boundOf, trueTimeMs, type Amounts } from '../../../shared/model/lateness.ts';

/** By how much the expiry of a key may be late; undefined where it is true. */
export type LatenessIn = (key: Buffer) => Amounts | undefined;

/** That of the keys of a database of a target; undefined where every time is true. */
export type LatenessOf = (db: number) => LatenessIn | undefined;

/**
 * What truly remains, in ms, of an expiry (Unix ms) that a target answered; negative answers pass. `clockMs` is its clock; 0
 * means that the true time has passed. `amounts`: undefined where it is true as it is.
 */
export function trueTtlMs(atMs: number, clockMs: number, amounts: Amounts | undefined): number {
  if (atMs < 0) return atMs;
  return Math.max(0, (amounts ? trueTimeMs(atMs, amounts) : atMs) - clockMs);
}

/**
 * The expiry behind a remaining time that was read between two moments of the server's clock: to the millisecond where they are
 * one, else the one in between that bears a mark.
 */
export function expiryBetween(ttlMs: number, beforeMs: number, afterMs: number): number {
  if (ttlMs < 0) return ttlMs;
  for (let clockMs = beforeMs; clockMs <= afterMs; clockMs++)
    if (boundOf(clockMs + ttlMs) !== 'exact') return clockMs + ttlMs;
  return beforeMs + ttlMs;
}
