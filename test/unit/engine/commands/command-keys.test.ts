import { describe, expect, it } from 'vitest';
import { CommandKeys } from '../../../../electron/engine/commands/command-keys.ts';
import { CommandTable } from '../../../../electron/engine/commands/command-table.ts';
import type { ServerCommand } from '../../../../electron/engine/commands/server-command.ts';
import { readCommand } from '../../../support/read-command.ts';

const row = (name: string, first: number, last: number, step: number, movable = false): ServerCommand => ({
  name,
  arity: -2,
  write: true,
  first,
  last,
  step,
  movable,
});

const table = new CommandTable([
  row('json.set', 1, 1, 1),
  row('json.mset', 1, -1, 3),
  row('graph.query', 0, 0, 0),
  row('some.movable', 1, 1, 1, true),
  row('ts.add', 1, 1, 1),
  row('RPUSH', 3, 3, 1),
]);
const keys = new CommandKeys(table);

/** The keys of a command, those that it overwrites in brackets; or 'none', 'unknown'. */
function found(line: string): string {
  const words = line.split(' ');
  const { mem, reader } = readCommand(...words);
  const use = keys.find(mem, reader);
  if (use !== 'keys') return use;
  const shown = keys.at.map((index, i) => (i < keys.overwritten ? `[${words[index]}]` : words[index]));
  return shown.join(' ') + (keys.otherDb === undefined ? '' : ` in ${keys.otherDb}`);
}

describe('keys of a command', () => {
  it.each([
    ['INCR k', 'k'],
    ['HSET h f v', 'h'],
    ['lpush list k x', 'list'],
    ['RPUSH list x', 'list'],
    ['XADD s MAXLEN = 10 1-1 f v', 's'],
    ['XGROUP CREATE s g 0', 's'],
    ['XCLAIM s g c 0 1-1 FORCE', 's'],
    ['SETEX k 10 v', '[k]'],
    ['RESTORE k 0 x REPLACE', '[k]'],
    ['GETDEL k', '[k]'],
    ['DEL a b c', '[a] [b] [c]'],
    ['UNLINK a', '[a]'],
    ['MSET a 1 b 2', '[a] [b]'],
    ['MSETNX a 1 b 2', '[a] [b]'],
    ['TOUCH a b', 'a b'],
    ['PFMERGE a b c', 'a b c'],
    ['RENAME from to', '[to] from'],
    ['RENAMENX from to', '[to] from'],
    ['COPY from to', '[to] from'],
    ['COPY from to REPLACE', '[to] from'],
    ['COPY from to DB 5 REPLACE', '[to] from in 5'],
    ['MOVE k 4', '[k] k in 4'],
    ['SMOVE a b m', 'a b'],
    ['LMOVE a b LEFT RIGHT', 'a b'],
    ['RPOPLPUSH a b', 'a b'],
    ['BLPOP a b 0', 'a b'],
    ['SUNIONSTORE d a b', '[d] a b'],
    ['GEOSEARCHSTORE d s FROMMEMBER m BYBOX 1 1 m', '[d] s'],
    ['ZRANGESTORE d s 0 -1', '[d] s'],
    ['BITOP AND d a b', '[d] a b'],
    ['ZUNIONSTORE d 2 a b WEIGHTS 1 2', '[d] a b'],
    ['ZINTERSTORE d 1 a AGGREGATE MAX', '[d] a'],
    ['ZDIFFSTORE d 2 a b', '[d] a b'],
    ['MSETEX 2 a 1 b 2 PXAT 99', 'a b'],
    ['LMPOP 2 a b LEFT', 'a b'],
    ['BZMPOP 0 1 a MIN', 'a'],
    ['XREADGROUP GROUP g c COUNT 2 STREAMS a b > >', 'a b'],
    ['SORT a LIMIT 0 5 ALPHA', 'a'],
    ['SORT a BY nosort GET # STORE d', '[d] a'],
    ['GEORADIUS a 1 2 3 km', 'a'],
    ['GEORADIUS a 1 2 3 km COUNT 5 STORE d', '[d] a'],
    ['GEORADIUSBYMEMBER a store 3 km', 'a'],
    ['GEORADIUSBYMEMBER a store 3 km STOREDIST d', '[d] a'],
    ['JSON.SET k . v', 'k'],
    ['JSON.MSET a . 1 b . 2', 'a b'],
  ])('%s → %s', (line, expected) => {
    expect(found(line)).toBe(expected);
  });

  it.each([
    ['SET k v', '[k]'],
    ['SET k v PX 10', '[k]'],
    ['set k v pxat 10 nx', '[k]'],
    ['SET k EX', '[k]'],
    ['SET k v KEEPTTL', 'k'],
    ['SET k v XX', 'k'],
    ['SET k v GET', 'k'],
    ['SET k v EX 10 XX', 'k'],
  ])('%s → %s, since only some options leave nothing of the old value', (line, expected) => {
    expect(found(line)).toBe(expected);
  });

  it.each(['SELECT 3', 'MULTI', 'EXEC', 'PING', 'REPLCONF GETACK *', 'PUBLISH k v', 'FUNCTION LOAD code'])(
    '%s has none',
    (line) => {
      expect(found(line)).toBe('none');
    },
  );

  it.each([
    'FLUSHALL',
    'FLUSHDB',
    'SFLUSH 0 16383',
    'SWAPDB 0 1',
    'EVAL code 1 k',
    'EVALSHA hash 1 k',
    'FCALL f 1 k',
    'SORT a BY w_* STORE d',
    'SORT a GET o_* STORE d',
    'ZUNIONSTORE d many a',
    'ZUNIONSTORE d 5 a b',
    'ZUNIONSTORE d 999999999 a b',
    'COPY a b DB x',
    'GRAPH.QUERY g q',
    'SOME.MOVABLE k',
    'TS.ADD k 1 2',
    'NEVER.HEARD k',
  ])('%s cannot be told', (line) => {
    expect(found(line)).toBe('unknown');
  });

  it('leaves nothing of the command before', () => {
    expect(found('MOVE a 4')).toBe('[a] a in 4');
    expect(found('LMOVE a b LEFT LEFT')).toBe('a b');
    expect(found('PING')).toBe('none');
    expect(keys.at).toEqual([]);
  });
});

describe('keys of a command from its name', () => {
  it.each([
    ['SET', 'first'],
    ['append', 'first'],
    ['HSET', 'first'],
    ['RESTORE', 'first'],
    ['JSON.SET', 'first'],
    ['PUBLISH', 'none'],
    ['MSET', 'unknown'],
    ['DEL', 'unknown'],
    ['XGROUP', 'unknown'],
    ['RENAME', 'unknown'],
    ['EVAL', 'unknown'],
  ])('%s → %s', (name, expected) => {
    const mem = Buffer.from(name);
    expect(keys.findByName(mem, 0, mem.length)).toBe(expected);
  });
});

describe('expiry as a time that remains', () => {
  it.each([
    'EXPIRE k 10',
    'PEXPIRE k 10',
    'SETEX k 10 v',
    'PSETEX k 10 v',
    'SET k v EX 10',
    'SET k v px 10 NX',
    'GETEX k PX 10',
    'RESTORE k 10 x REPLACE',
  ])('%s', (line) => {
    found(line);
    expect(keys.relativeExpiry).toBe(true);
  });

  it.each([
    'PEXPIREAT k 10',
    'SET k v',
    'SET k ex',
    'SET k v PXAT 10',
    'GETEX k PERSIST',
    'RESTORE k 0 x REPLACE',
    'RESTORE k 10 x ABSTTL',
    'HSET h EX 10',
  ])('not %s', (line) => {
    found('EXPIRE k 1');
    found(line);
    expect(keys.relativeExpiry).toBe(false);
  });
});
