import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { readServerCommands } from '../../electron/engine/control/server-commands.ts';
import { CommandKeys } from '../../electron/engine/commands/command-keys.ts';
import { ACTION } from '../../electron/engine/commands/command-row.ts';
import { CommandTable } from '../../electron/engine/commands/command-table.ts';
import { readCommand } from '../support/read-command.ts';
import { startRedis, type RedisProcess } from '../support/redis-server.ts';

const table = new CommandTable([]);
let server: RedisProcess;
let client: Redis;

beforeAll(async () => {
  server = await startRedis();
  client = server.client();
});

afterAll(() => server?.stop());

/** At least one of every kind of rule. The server tells a MOVE's key once, and none of a COPY's options. */
const SAMPLES = [
  ...[
    'APPEND k v',
    'HSET h f v',
    'SETEX k 1 v',
    'XADD s * f v',
    'ZADD z 1 m',
    'PEXPIREAT k 1',
    'RESTORE k 0 x',
  ],
  ...['SET k v EX 10', 'DEL a b c', 'UNLINK a', 'TOUCH a b', 'MSET a 1 b 2', 'MSETNX a 1 b 2', 'PFCOUNT a b'],
  ...['PFMERGE a b c', 'SMOVE a b m', 'LMOVE a b LEFT LEFT', 'BLMOVE a b LEFT LEFT 0', 'RPOPLPUSH a b'],
  ...['BRPOPLPUSH a b 0', 'BLPOP a b 0', 'BRPOP a 0', 'BZPOPMIN a b 0', 'BZPOPMAX a 0', 'SDIFFSTORE d a b'],
  ...['SINTERSTORE d a', 'SUNIONSTORE d a b', 'GEOSEARCHSTORE d s FROMLONLAT 1 2 BYRADIUS 1 m'],
  ...['ZRANGESTORE d s 0 -1', 'BITOP AND d a b', 'BITOP NOT d a', 'XGROUP CREATE s g 0', 'RENAME a b'],
  ...['RENAMENX a b', 'COPY a b', 'COPY a b DB 3', 'ZUNIONSTORE d 2 a b WEIGHTS 1 2', 'ZINTERSTORE d 1 a'],
  ...['ZDIFFSTORE d 2 a b', 'LMPOP 2 a b LEFT', 'ZMPOP 1 a MIN', 'BLMPOP 0 2 a b LEFT', 'BZMPOP 0 1 a MAX'],
  ...['SORT a', 'SORT a BY nosort LIMIT 0 3 STORE d', 'GEORADIUS a 1 2 3 km', 'GEORADIUS a 1 2 3 km STORE d'],
  ...['GEORADIUSBYMEMBER a m 3 km STOREDIST d', 'XREADGROUP GROUP g c COUNT 1 STREAMS a b > >'],
];

describe('the keys of commands', () => {
  it.each(SAMPLES)('%s as the server itself tells them', async (line) => {
    const words = line.split(' ');
    const keys = new CommandKeys(table);
    const { mem, reader } = readCommand(...words);
    expect(keys.find(mem, reader)).toBe('keys');
    const told = (await client.call('COMMAND', 'GETKEYS', ...words)) as string[];
    expect(keys.at.map((index) => words[index]).sort()).toEqual([...told].sort());
  });

  it('are known for every write of the server', async () => {
    const listed = (await client.call('COMMAND')) as [string, number, string[]][];
    const writes = listed.filter(([, , flags]) => flags.includes('write')).map(([name]) => name);
    expect(writes.length).toBeGreaterThan(90);
    // What no source puts into its stream.
    const never = ['migrate', 'pfdebug'];
    expect(writes.filter((name) => !table.named(name) && !never.includes(name))).toEqual([]);
  });

  it('come with as many words as the table of the server says', async () => {
    const differing = (await readServerCommands(client)).filter(({ name, arity }) => {
      const row = table.named(name)?.row;
      if (!row || row.action === ACTION.DROP || row.action === ACTION.FORBIDDEN) return false;
      // A source never sends the mode of a flush twice.
      const most = arity > 0 ? arity : name.startsWith('flush') ? 2 : Infinity;
      return row.least !== Math.abs(arity) || row.most !== most;
    });
    expect(differing).toEqual([]);
  });

  it('stand where the table of the server says, for those at fixed places', async () => {
    const rows = await readServerCommands(client);
    const differing = rows.filter((row) => {
      const rule = table.named(row.name)?.row.keys;
      // The keys of subcommands stand elsewhere.
      if (row.movable || row.first === 0 || typeof rule !== 'object' || !('last' in rule)) return false;
      return rule.first !== row.first || rule.last !== row.last || rule.step !== row.step;
    });
    expect(differing).toEqual([]);
  });
});
