import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { targetExpiryMs } from '../expiry/late-expiry.ts';
import { integer, upper, type ExpiryRewriteOptions } from './expiry-options.ts';

/** A word of a command: as it is, or argument `arg` of the command that came. */
export type Word = string | number | { readonly arg: number };

/**
 * The commands for a RESTORE of the stream whose payload the target takes as it is, its expiry held back; for others see
 * RestoredValues.
 */
export function restoreForms(
  buf: Buffer,
  reader: CommandReader,
  { lateness, abilities }: ExpiryRewriteOptions,
  ranAtMs: number,
): Word[][] {
  let absolute = false;
  let replace = false;
  const others: Word[] = [];
  for (let i = 4; i < reader.count; i++) {
    const text = upper(buf, reader, i);
    if (text === 'ABSTTL') absolute = true;
    else if (text === 'IDLETIME' || text === 'FREQ') i += 1;
    else if (text === 'REPLACE' && !abilities.restoreReplace) replace = true;
    else others.push({ arg: i });
  }
  const before: Word[][] = replace ? [['DEL', { arg: 1 }]] : [];
  const ttl = integer(buf, reader, 2);
  if (ttl === 0) return [...before, ['RESTORE', { arg: 1 }, 0, { arg: 3 }, ...others]];
  const at = targetExpiryMs(absolute ? ttl : ranAtMs + ttl, lateness);
  if (abilities.restoreAbsTtl)
    return [...before, ['RESTORE', { arg: 1 }, at, { arg: 3 }, ...others, 'ABSTTL']];
  return [...before, ['RESTORE', { arg: 1 }, 0, { arg: 3 }, ...others], ['PEXPIREAT', { arg: 1 }, at]];
}
