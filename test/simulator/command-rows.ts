import { Status, type Reply } from './resp.ts';

/** As COMMAND of a Redis 7.0.15 tells them (a test asks a real server): arity, first key, last key, step, and whether it writes. */
const ROWS: readonly (readonly [string, number, number, number, number, boolean, boolean])[] = [
  ['append', 3, 1, 1, 1, true, true],
  ['asking', 1, 0, 0, 0, false, false],
  ['client', -2, 0, 0, 0, false, false],
  ['cluster', -2, 0, 0, 0, false, false],
  ['command', -1, 0, 0, 0, false, false],
  ['config', -2, 0, 0, 0, false, false],
  ['copy', -3, 1, 2, 1, true, true],
  ['dbsize', 1, 0, 0, 0, false, false],
  ['decrby', 3, 1, 1, 1, true, true],
  ['del', -2, 1, -1, 1, true, false],
  ['dump', 2, 1, 1, 1, false, false],
  ['eval', -3, 0, 0, 0, false, false],
  ['evalsha', -3, 0, 0, 0, false, false],
  ['exec', 1, 0, 0, 0, false, false],
  ['exists', -2, 1, -1, 1, false, false],
  ['function', -2, 0, 0, 0, false, false],
  ['get', 2, 1, 1, 1, false, false],
  ['hdel', -3, 1, 1, 1, true, false],
  ['hget', 3, 1, 1, 1, false, false],
  ['hgetall', 2, 1, 1, 1, false, false],
  ['hincrby', 4, 1, 1, 1, true, true],
  ['hkeys', 2, 1, 1, 1, false, false],
  ['hmget', -3, 1, 1, 1, false, false],
  ['hmset', -4, 1, 1, 1, true, true],
  ['hset', -4, 1, 1, 1, true, true],
  ['incr', 2, 1, 1, 1, true, true],
  ['incrby', 3, 1, 1, 1, true, true],
  ['info', -1, 0, 0, 0, false, false],
  ['lindex', 3, 1, 1, 1, false, false],
  ['lmove', 5, 1, 2, 1, true, true],
  ['lpop', -2, 1, 1, 1, true, false],
  ['lpush', -3, 1, 1, 1, true, true],
  ['lrange', 4, 1, 1, 1, false, false],
  ['memory', -2, 0, 0, 0, false, false],
  ['module', -2, 0, 0, 0, false, false],
  ['mset', -3, 1, -1, 2, true, true],
  ['multi', 1, 0, 0, 0, false, false],
  ['persist', 2, 1, 1, 1, true, false],
  ['pexpire', -3, 1, 1, 1, true, false],
  ['pexpireat', -3, 1, 1, 1, true, false],
  ['pexpiretime', 2, 1, 1, 1, false, false],
  ['ping', -1, 0, 0, 0, false, false],
  ['psync', -3, 0, 0, 0, false, false],
  ['pttl', 2, 1, 1, 1, false, false],
  ['rename', 3, 1, 2, 1, true, false],
  ['replconf', -1, 0, 0, 0, false, false],
  ['restore', -4, 1, 1, 1, true, true],
  ['restore-asking', -4, 1, 1, 1, true, true],
  ['rpop', -2, 1, 1, 1, true, false],
  ['rpoplpush', 3, 1, 2, 1, true, true],
  ['rpush', -3, 1, 1, 1, true, true],
  ['sadd', -3, 1, 1, 1, true, true],
  ['scan', -2, 0, 0, 0, false, false],
  ['select', 2, 0, 0, 0, false, false],
  ['set', -3, 1, 1, 1, true, true],
  ['sismember', 3, 1, 1, 1, false, false],
  ['srem', -3, 1, 1, 1, true, false],
  ['sscan', -3, 1, 1, 1, false, false],
  ['sunionstore', -3, 1, -1, 1, true, true],
  ['time', 1, 0, 0, 0, false, false],
  ['type', 2, 1, 1, 1, false, false],
  ['unlink', -2, 1, -1, 1, true, false],
  ['unwatch', 1, 0, 0, 0, false, false],
  ['wait', 3, 0, 0, 0, false, false],
  ['watch', -2, 1, -1, 1, false, false],
];

export interface CommandRow {
  readonly name: string;
  readonly arity: number;
  readonly first: number;
  readonly last: number;
  readonly step: number;
  readonly writes: boolean;
  /** Refused while the server has no memory left. */
  readonly grows: boolean;
}

export const COMMAND_ROWS: readonly CommandRow[] = ROWS.map(
  ([name, arity, first, last, step, writes, grows]) => ({
    ...{ name, arity, first, last, step, writes, grows },
  }),
);

/** By its name as it is mostly written: small, or large. */
const ROWS_AS_WRITTEN: ReadonlyMap<string, CommandRow> = new Map(
  COMMAND_ROWS.flatMap((row) => [
    [row.name, row],
    [row.name.toUpperCase(), row],
  ]),
);

export const rowOf = (name: string): CommandRow | undefined =>
  ROWS_AS_WRITTEN.get(name) ?? ROWS_AS_WRITTEN.get(name.toLowerCase());

/** What COMMAND answers. */
export const COMMAND_REPLY: Reply = COMMAND_ROWS.map(({ name, arity, first, last, step, writes, grows }) => {
  const flags = [writes ? 'write' : 'readonly', ...(grows ? ['denyoom'] : [])];
  return [name, arity, flags.map((flag) => new Status(flag)), first, last, step];
});

export const fitsArity = ({ arity }: CommandRow, words: number): boolean =>
  arity >= 0 ? words === arity : words >= -arity;
