import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TargetAbilities } from '../control/target-abilities.ts';
import type { CommandReader } from '../protocol/resp/command-reader.ts';
import { printableKey } from '../protocol/resp/describe-command.ts';
import { upper, type FoundOption } from './expiry-options.ts';
import type { Word } from './restore-forms.ts';

/** HSETEX … KEEPTTL for Redis 7.4. ARGV: fields and values. */
const HSET_KEEPING_TTL = `for i = 1, #ARGV, 2 do
local at = redis.call('HPEXPIRETIME', KEYS[1], 'FIELDS', 1, ARGV[i])[1] or -2
redis.call('HSET', KEYS[1], ARGV[i], ARGV[i + 1])
if at > 0 then redis.call('HPEXPIREAT', KEYS[1], at, 'FIELDS', 1, ARGV[i]) end end`;

/**
 * What does the same as HSETEX key [FNX | FXX] [option] FIELDS n field value … where the target does not know it. Redis 8.0
 * sends HINCRBYFLOAT as one that keeps the expiry of its field.
 *
 * @param expireAtMs of the fields, as the target is to hold it
 * @throws LockstepError COMMAND_UNSUPPORTED for an expiry that the target cannot hold
 */
export function olderHsetex(
  buf: Buffer,
  reader: CommandReader,
  option: FoundOption | undefined,
  expireAtMs: number,
  { fieldExpiry }: Pick<TargetAbilities, 'fieldExpiry'>,
): Word[][] {
  let at = 2;
  let keepTtl = false;
  for (; at < reader.count && upper(buf, reader, at) !== 'FIELDS'; at++)
    if (upper(buf, reader, at) === 'KEEPTTL') keepTtl = true;
  const pairs = Array.from({ length: Math.max(0, reader.count - at - 2) }, (_, i) => ({ arg: at + 2 + i }));
  const key = { arg: 1 };
  if (keepTtl && fieldExpiry) return [['EVAL', HSET_KEEPING_TTL, 1, key, ...pairs]];
  const set: Word[] = ['HSET', key, ...pairs];
  if (option === undefined) return [set];
  if (!fieldExpiry) {
    throw new LockstepError(
      'COMMAND_UNSUPPORTED',
      `HSETEX with an expiry on key ${printableKey(buf, reader.from[1]!, reader.to[1]!)}: the target knows no expiry of fields`,
    );
  }
  const fields = pairs.filter((_, i) => i % 2 === 0);
  return [set, ['HPEXPIREAT', key, expireAtMs, 'FIELDS', fields.length, ...fields]];
}
