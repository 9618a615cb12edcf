import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { printableKey } from '../protocol/resp/describe-command.ts';
import { takesPayload } from '../control/target-abilities.ts';
import { targetExpiryMs } from '../expiry/late-expiry.ts';
import { integer, upper, type ExpiryRewriteOptions } from './expiry-options.ts';

/** A word of a command: as it is, or argument `arg` of the command that came. */
export type Word = string | number | { readonly arg: number };

/** What a payload ends in: two bytes of RDB version and eight of checksum. */
const FOOTER_BYTES = 10;

/**
 * The commands for a RESTORE of the stream, its expiry held back.
 * @throws LockstepError VALUE_UNSUPPORTED for a payload that is too new for the target
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
  checkPayload(buf, reader, abilities);
  const before: Word[][] = replace ? [['DEL', { arg: 1 }]] : [];
  const ttl = integer(buf, reader, 2);
  if (ttl === 0) return [...before, ['RESTORE', { arg: 1 }, 0, { arg: 3 }, ...others]];
  const at = targetExpiryMs(absolute ? ttl : ranAtMs + ttl, lateness);
  if (abilities.restoreAbsTtl)
    return [...before, ['RESTORE', { arg: 1 }, at, { arg: 3 }, ...others, 'ABSTTL']];
  return [...before, ['RESTORE', { arg: 1 }, 0, { arg: 3 }, ...others], ['PEXPIREAT', { arg: 1 }, at]];
}

/** Refuses a payload before any of its batch is applied. */
function checkPayload(
  buf: Buffer,
  reader: CommandReader,
  abilities: ExpiryRewriteOptions['abilities'],
): void {
  const to = reader.to[3]!;
  if (to - reader.from[3]! < FOOTER_BYTES) return;
  const version = buf.readUInt16LE(to - FOOTER_BYTES);
  if (takesPayload(abilities, version)) return;
  throw new LockstepError(
    'VALUE_UNSUPPORTED',
    `RESTORE of key ${printableKey(buf, reader.from[1]!, reader.to[1]!)} has RDB version ${version}, which the target does not take`,
  );
}
