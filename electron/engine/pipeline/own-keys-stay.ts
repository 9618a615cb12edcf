import type { Words } from '../commands/command-row.ts';
import { OWN_PREFIX } from '../commands/own-keys.ts';

/** What stands in the way of a name, or waits for a flush to be over, is called so for the length of one transaction. */
const ASIDE = `${OWN_PREFIX}aside:`;

/** Behind SWAPDB a b: each of the keys goes back to the database where it was, be there one of its name in both. */
const SWAP_BACK = `local a, b = ARGV[1], ARGV[2]
for i = 3, #ARGV do
  local name, aside = ARGV[i], '${ASIDE}' .. ARGV[i]
  redis.call('SELECT', a)
  local both = redis.call('EXISTS', name) == 1
  if both then redis.call('RENAME', name, aside) end
  redis.call('SELECT', b)
  redis.call('MOVE', name, a)
  redis.call('SELECT', a)
  if both then
    redis.call('MOVE', aside, b)
    redis.call('SELECT', b)
    redis.call('RENAME', aside, name)
  end
end
return 0`;

/** From database a to b under another name, or back. */
const AWAY = `for i = 3, #ARGV do
  local name, aside = ARGV[i], '${ASIDE}' .. ARGV[i]
  redis.call('SELECT', ARGV[2])
  redis.call('DEL', aside)
  redis.call('SELECT', ARGV[1])
  if redis.call('EXISTS', name) == 1 then
    redis.call('RENAME', name, aside)
    redis.call('MOVE', aside, ARGV[2])
  end
end
return 0`;
const BACK = `for i = 3, #ARGV do
  local name, aside = ARGV[i], '${ASIDE}' .. ARGV[i]
  redis.call('SELECT', ARGV[2])
  if redis.call('MOVE', aside, ARGV[1]) == 1 then
    redis.call('SELECT', ARGV[1])
    redis.call('RENAME', aside, name)
  end
end
return 0`;

/** Where there is no other database: they are held by the script while it flushes. */
const HELD = `local held = {}
for i = 2, #ARGV do held[i] = redis.call('DUMP', ARGV[i]) end
redis.call(unpack(ARGV[1] == '' and {'FLUSHDB'} or {'FLUSHDB', ARGV[1]}))
for i = 2, #ARGV do if held[i] then redis.call('RESTORE', ARGV[i], 0, held[i]) end end
return 0`;

/** What goes behind a SWAPDB of these databases, so that these keys are where they were. */
export function swappedBack(a: number, b: number, names: readonly Buffer[]): readonly Words[] {
  return names.length === 0 ? [] : [['EVAL', SWAP_BACK, '0', String(a), String(b), ...names]];
}

/** The same where there is no other database: they are held by a script while it flushes. */
export const flushHolding = (mode: string, names: readonly Buffer[]): Words => [
  'EVAL',
  HELD,
  '0',
  mode,
  ...names,
];

/** A FLUSHDB of a database that leaves these keys there. `mode` is none, or ASYNC or SYNC. */
export function flushAround(
  db: number,
  mode: readonly string[],
  names: readonly Buffer[],
  targetDatabases: number,
): readonly Words[] {
  const flush = ['FLUSHDB', ...mode];
  if (names.length === 0) return [flush];
  if (targetDatabases < 2) return [flushHolding(mode[0] ?? '', names)];
  const refuge = db === 0 ? 1 : 0;
  const rest = ['0', String(db), String(refuge), ...names];
  return [['EVAL', AWAY, ...rest], flush, ['EVAL', BACK, ...rest]];
}
