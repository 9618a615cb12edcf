import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import { EXPIRY_OPTIONS, type ExpiryOf, type TimeUnit } from '../commands/expiry-place.ts';
import { targetExpiryMs, targetFieldExpiryMs, type Lateness } from '../expiry/late-expiry.ts';

export interface ExpiryRewriteOptions {
  /** How late expiry is written to the target. */
  readonly lateness: Lateness;
  readonly abilities: Pick<
    TargetAbilities,
    | 'setPxat'
    | 'keepTtl'
    | 'restoreAbsTtl'
    | 'restoreReplace'
    | 'rdbVersion'
    | 'flavour'
    | 'fieldExpiry'
    | 'hsetex'
  >;
}

export interface FoundOption extends TimeUnit {
  readonly index: number;
}

/** Finds EX, PX, EXAT or PXAT from argument `from` on. FIELDS ends the options, since what follows it is data. */
export function findOption(buf: Buffer, reader: CommandReader, from: number): FoundOption | undefined {
  for (let i = from; i < reader.count - 1; i++) {
    if (reader.to[i]! - reader.from[i]! > 6) continue;
    const text = upper(buf, reader, i);
    if (text === 'FIELDS') return undefined;
    const unit = EXPIRY_OPTIONS[text];
    if (unit) return { index: i, ...unit };
  }
  return undefined;
}

/** The expiry to write to the target for a time that a command gives. @param ranAtMs when the source ran it */
export function writtenExpiryMs(
  of: ExpiryOf,
  { unitMs, relative }: TimeUnit,
  given: number,
  ranAtMs: number,
  lateness: Lateness,
): number {
  const atMs = given * unitMs + (relative ? ranAtMs : 0);
  return of === 'key' ? targetExpiryMs(atMs, lateness) : targetFieldExpiryMs(atMs, lateness);
}

/** What a command becomes that gives a time alone, so that the time is a point in time, in milliseconds. */
export const timeCommand = (of: ExpiryOf): string => (of === 'key' ? 'PEXPIREAT' : 'HPEXPIREAT');

/** A number of the stream. @throws LockstepError SOURCE_PROTOCOL where it is none */
export function numberOf(text: string): number {
  const value = Number(text);
  if (text === '' || !Number.isFinite(value))
    throw new LockstepError('SOURCE_PROTOCOL', 'an expiry in the stream is no number');
  return value;
}

export function upper(buf: Buffer, reader: CommandReader, index: number): string {
  return buf.toString('latin1', reader.from[index]!, reader.to[index]!).toUpperCase();
}

export const integer = (buf: Buffer, reader: CommandReader, index: number): number =>
  numberOf(buf.toString('latin1', reader.from[index]!, reader.to[index]!));
