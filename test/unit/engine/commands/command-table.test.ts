import { describe, expect, it } from 'vitest';
import { ACTION, type Action } from '../../../../electron/engine/commands/command-row.ts';
import { CommandTable, MOST_SERVER_COMMANDS } from '../../../../electron/engine/commands/command-table.ts';
import type { ServerCommand } from '../../../../electron/engine/commands/server-command.ts';

const NAMES = new Map<number, string>(Object.entries(ACTION).map(([name, action]) => [action, name]));

/** The name of the action that a table finds, UNKNOWN for none, for a command's name in the middle of a buffer. */
function find(table: CommandTable, name: string): string {
  const buf = Buffer.from(`###${name}###`, 'latin1');
  const known = table.find(buf, 3, buf.length - 3);
  return known ? NAMES.get(known.action)! : 'UNKNOWN';
}

const EXPECTED: Readonly<Record<string, string>> = {
  PASS: `append bitfield decr decrby delex geoadd georadius georadiusbymember geosearchstore getdel getset hdel hgetdel hincrby
    hincrbyfloat hmset hpersist hset hsetnx incr incrby incrbyfloat linsert lmove lpop lpush lpushx lrem lset ltrim mset msetnx
    persist pfadd pfcount pfmerge rename renamenx rpop rpoplpush rpush rpushx sadd sdiffstore setbit setnx setrange sinterstore
    smove sort spop srem sunionstore xack xackdel xautoclaim xclaim xdel xdelex xsetid zadd zdiffstore zincrby zinterstore
    zpopmax zpopmin zrangestore zrem zremrangebylex zremrangebyrank zremrangebyscore zunionstore
    brpoplpush blmove blpop brpop bzpopmin bzpopmax
    bitop xgroup blmpop bzmpop lmpop zmpop xreadgroup del unlink touch delifeq`,
  EVAL: 'eval evalsha fcall',
  SCRIPT: 'script',
  FUNCTION: 'function',
  SET: 'set',
  DROP: 'ping publish spublish opinfo adminset trimslots',
  CLUSTER: 'cluster',
  REPLCONF: 'replconf',
  SELECT: 'select',
  MULTI: 'multi',
  EXEC: 'exec',
  FLUSHALL: 'flushall',
  FLUSHDB: 'flushdb sflush',
  SWAPDB: 'swapdb',
  MOVE: 'move',
  COPY: 'copy',
  EXPIRE: 'expire pexpire expireat pexpireat hexpire hpexpire hexpireat hpexpireat',
  SETEX: 'setex psetex',
  GETEX: 'getex',
  RESTORE: 'restore restore-asking',
  EXPIRY_OPTION: 'hsetex hgetex msetex',
  ADAPT_LIMIT: 'xadd xtrim',
  FORBIDDEN: `acl auth bgrewriteaof bgsave client config debug failover hello latency lolwut memory migrate module
    monitor psync quit replicaof reset role save shutdown slaveof slowlog subscribe psubscribe ssubscribe sync unsubscribe
    wait waitaof pfdebug pfselftest`,
  UNKNOWN:
    'get mget keys scan dump object type ttl info time watch unwatch discard command dbsize echo json.set ft.add x',
};
const ROWS = Object.entries(EXPECTED).flatMap(([action, names]) =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => [name, action] as const),
);

describe('every command', () => {
  const table = new CommandTable([]);

  it.each(ROWS)('%s is %s, in any case', (name, action) => {
    const mixed = [...name].map((letter, i) => (i % 2 ? letter.toUpperCase() : letter)).join('');
    for (const form of [name, name.toUpperCase(), mixed]) expect(find(table, form)).toBe(action);
  });

  it('is known by its whole name only', () => {
    for (const [name] of ROWS) {
      const known = new Set(ROWS.filter(([, action]) => action !== 'UNKNOWN').map(([other]) => other));
      for (const other of [name.slice(0, -1), `${name}x`, `x${name}`, `${name}\0`, `${name} `])
        if (!known.has(other)) expect(find(table, other)).toBe('UNKNOWN');
    }
    expect(find(table, '')).toBe('UNKNOWN');
  });

  it('is not mistaken for another whose bytes differ in one bit', () => {
    // Small letters have bit 5, and so have digits, `-` and `.`.
    for (const name of ['S\x05T', 'RESTORE\rASKING', 'GETSE\x14', 'DE\x0c', 'P\x09NG'])
      expect(find(table, name)).toBe('UNKNOWN');
  });
});

const write = (name: string, first: number): ServerCommand => ({
  name,
  arity: -2,
  write: true,
  first,
  last: first,
  step: 1,
  movable: false,
});

describe('the writes of the target itself', () => {
  const table = new CommandTable([
    write('JSON.SET', 1),
    write('topk.merge', 2),
    write('odd_one', 3),
    write('ft.create', 0),
    write('set', 1),
    write('del', 1),
    write('migrate', 3),
    write('flushall', 0),
    write('get', 1),
  ]);

  it('are passed on, with their first key where the target says', () => {
    expect(find(table, 'json.set')).toBe('PASS');
    expect(find(table, 'JSON.SET')).toBe('PASS');
    expect(find(table, 'TopK.Merge')).toBe('PASS');
    expect(find(table, 'ODD_ONE')).toBe('PASS');
    expect(find(table, 'ft.create')).toBe('PASS');
    expect(find(table, 'json.del')).toBe('UNKNOWN');
  });

  it('change nothing about commands that are known, and let nothing pass that must not', () => {
    expect(find(table, 'set')).toBe('SET');
    expect(find(table, 'del')).toBe('PASS');
    expect(find(table, 'migrate')).toBe('FORBIDDEN');
    expect(find(table, 'flushall')).toBe('FLUSHALL');
  });

  it('may be many', () => {
    const many = Array.from({ length: 900 }, (_, i) => write(`module.command-${i}`, 1));
    const large = new CommandTable(many);
    for (const { name } of many) expect(find(large, name.toUpperCase())).toBe('PASS');
    for (const [name, action] of ROWS) expect(find(large, name)).toBe(action);
  });
});

describe('an older target', () => {
  const at = (version: number, name: string): string => find(new CommandTable([], version), name);

  it.each<[string, number, keyof typeof ACTION, keyof typeof ACTION]>([
    ['unlink', 40000, 'ADAPT', 'PASS'],
    ['hset', 40000, 'ADAPT', 'PASS'],
    ['zpopmin', 50000, 'ADAPT', 'PASS'],
    ['zpopmax', 50000, 'ADAPT', 'PASS'],
    ['lpop', 60200, 'ADAPT', 'PASS'],
    ['rpop', 60200, 'ADAPT', 'PASS'],
    ['lmove', 60200, 'ADAPT', 'PASS'],
    ['xadd', 60200, 'ADAPT', 'ADAPT_LIMIT'],
    ['zadd', 60200, 'ADAPT', 'PASS'],
    ['xgroup', 70000, 'ADAPT', 'PASS'],
    ['xsetid', 70000, 'ADAPT', 'PASS'],
  ])('needs another form of %s before %i', (name, version, before, since) => {
    expect(at(version - 1, name)).toBe(before);
    expect(at(version, name)).toBe(since);
  });

  it('needs no other form of a plain write', () => {
    for (const name of ['set', 'incr', 'hdel', 'expire', 'del'])
      expect(at(20800, name)).toBe(find(new CommandTable([]), name));
  });
});

it('each action has a number of its own', () => {
  const actions: readonly Action[] = Object.values(ACTION);
  expect(new Set(actions).size).toBe(actions.length);
});

it('grows with what a server lists, up to a bound past which names are unknown', () => {
  const many = Array.from({ length: MOST_SERVER_COMMANDS + 10 }, (_, i) => write(`module.command-${i}`, 1));
  const large = new CommandTable(many);
  expect(find(large, `module.command-${MOST_SERVER_COMMANDS - 1}`)).toBe('PASS');
  expect(find(large, `module.command-${MOST_SERVER_COMMANDS}`)).toBe('UNKNOWN');
  expect(find(large, 'never.heard')).toBe('UNKNOWN');
  for (const [name, action] of ROWS) expect(find(large, name)).toBe(action);
});
