import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import type { Lateness } from '../expiry/late-expiry.ts';

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

/** Units of the four ways to give an expiry as an option. */
const OPTIONS: Readonly<Record<string, { readonly unitMs: number; readonly relative: boolean }>> = {
  EX: { unitMs: 1000, relative: true },
  PX: { unitMs: 1, relative: true },
  EXAT: { unitMs: 1000, relative: false },
  PXAT: { unitMs: 1, relative: false },
};

export interface FoundOption {
  readonly index: number;
  readonly unitMs: number;
  readonly relative: boolean;
}

/** MSETEX numkeys key value … has its options last; HSETEX and HGETEX have them before FIELDS. */
export function firstOption(buf: Buffer, reader: CommandReader): number {
  return upper(buf, reader, 0) === 'MSETEX' ? 2 + 2 * integer(buf, reader, 1) : 2;
}

/** Finds EX, PX, EXAT or PXAT from argument `from` on. FIELDS ends the options, since what follows it is data. */
export function findOption(buf: Buffer, reader: CommandReader, from: number): FoundOption | undefined {
  for (let i = from; i < reader.count - 1; i++) {
    if (reader.to[i]! - reader.from[i]! > 6) continue;
    const text = upper(buf, reader, i);
    if (text === 'FIELDS') return undefined;
    const unit = OPTIONS[text];
    if (unit) return { index: i, ...unit };
  }
  return undefined;
}

export function upper(buf: Buffer, reader: CommandReader, index: number): string {
  return buf.toString('latin1', reader.from[index]!, reader.to[index]!).toUpperCase();
}

export function integer(buf: Buffer, reader: CommandReader, index: number): number {
  const value = Number(buf.toString('latin1', reader.from[index]!, reader.to[index]!));
  if (!Number.isFinite(value))
    throw new LockstepError('SOURCE_PROTOCOL', 'an expiry in the stream is no number');
  return value;
}
