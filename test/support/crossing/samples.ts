import type { Redis } from 'ioredis';

const SETS = ['SADD $1 a b c 1', 'SADD $2 b c d', 'SADD $3 c'];
const SCORED = ['ZADD $1 1 a 2 b 3 c', 'ZADD $2 5 b 1 c', 'ZADD $3 1 c'];
const LISTS = ['RPUSH $1 a b c', 'RPUSH $2 x y'];
const PLACES = [
  'GEOADD $1 13.36 38.11 palermo 15.08 37.5 catania',
  'SET $2 old',
  'PEXPIREAT $2 4000000000123',
];
const STREAMS = ['XADD $1 1-1 f v', 'XADD $2 1-1 f v', 'XGROUP CREATE $1 g 0', 'XGROUP CREATE $2 g 0'];
/**
 * `v` has no weight, and `u` the same as `x`; of the texts none are the same. A list, since what has the same weight in a set is in an
 * order of each server's own, which no replica shares.
 */
const WEIGHED = [
  ...[
    'DEL $1',
    'RPUSH $1 x y z u v x',
    'SET w_x 2',
    'SET w_y -1.5e3',
    'SET w_z 16',
    'SET w_u 2.0',
    'SET o_y text',
  ],
  ...[
    'SET t_x b',
    'SET t_y a',
    'SET t_z ab',
    'SET t_u B',
    'DEL t_v o_x',
    'HSET o_x name one at 3',
    'RPUSH w_v 5',
  ],
];
const LONG = `LPUSH $1 ${'element '.repeat(400).trim()}`;

/**
 * By the name of a command, ways to run it on several keys: $1, $2, $3. The last line of each is the command, those before it are what
 * the keys hold.
 */
export const SAMPLES: Readonly<Record<string, readonly (readonly string[])[]>> = {
  bitop: [
    ['SET $1 abc', 'SET $2 bcdef', 'BITOP AND $3 $1 $2'],
    ['SET $1 abc', 'SET $2 old', 'BITOP NOT $2 $1'],
    ['SET $1 abc', 'SET $2 b', 'SET $3 zz', 'BITOP OR $3 $3 $1 $1 $2'],
    // None of its sources is there, so the key goes.
    ['SET $3 old', 'BITOP XOR $3 $1 $2'],
  ],
  blmove: [[...LISTS, 'BLMOVE $1 $2 LEFT RIGHT 0']],
  blmpop: [[...LISTS, 'BLMPOP 0 2 $1 $2 LEFT']],
  blpop: [
    [...LISTS, 'BLPOP $1 $2 0'],
    ['RPUSH $2 x', 'BLPOP $1 $2 $3 0'],
  ],
  brpop: [[...LISTS, 'BRPOP $1 $2 0']],
  brpoplpush: [[...LISTS, 'BRPOPLPUSH $1 $2 0']],
  bzmpop: [[...SCORED, 'BZMPOP 0 2 $1 $2 MIN']],
  bzpopmax: [[...SCORED, 'BZPOPMAX $1 $2 0']],
  bzpopmin: [['ZADD $2 1 c', 'BZPOPMIN $1 $2 0']],
  copy: [
    ['SET $1 v', 'COPY $1 $2'],
    ['HSET $1 f v', 'PEXPIREAT $1 4000000000123', 'SET $2 old', 'COPY $1 $2 REPLACE'],
    ['XADD $1 1-1 f v', 'XGROUP CREATE $1 g 0', 'COPY $1 $2 DB 0'],
  ],
  del: [
    ['SET $1 v', 'SET $2 v', 'SET $3 v', 'DEL $1 $2 $3'],
    ['SET $1 v', 'DEL $3 $2 $1'],
  ],
  georadius: [
    [...PLACES, 'GEORADIUS $1 15 37 200 km STORE $2'],
    [...PLACES, 'GEORADIUS $1 15 37 200 km COUNT 1 ASC STOREDIST $2'],
    [...PLACES, 'GEORADIUS $1 1 1 1 km STORE $2'],
  ],
  georadiusbymember: [[...PLACES, 'GEORADIUSBYMEMBER $1 palermo 500 km STORE $2']],
  geosearchstore: [
    [...PLACES, 'GEOSEARCHSTORE $2 $1 FROMLONLAT 15 37 BYBOX 400 400 km ASC COUNT 3'],
    [...PLACES, 'GEOSEARCHSTORE $2 $1 FROMMEMBER palermo BYRADIUS 500 km STOREDIST'],
  ],
  lmove: [
    [...LISTS, 'LMOVE $1 $2 LEFT LEFT'],
    [...LISTS, 'LMOVE $1 $2 LEFT RIGHT'],
    [...LISTS, 'LMOVE $1 $2 RIGHT LEFT'],
    ['RPUSH $1 only', 'LMOVE $1 $2 RIGHT RIGHT'],
  ],
  lmpop: [[...LISTS, 'LMPOP 2 $1 $2 RIGHT COUNT 2']],
  mset: [
    ['SET $2 old', 'MSET $1 a $2 b $3 c'],
    ['PEXPIREAT $2 4000000000123', 'MSET $1 a $2 b $1 c'],
  ],
  // Of the newest servers only.
  msetex: [
    ['SET $2 old', 'MSETEX 3 $1 a $2 b $1 c PXAT 4000000000123'],
    ['MSETEX 2 $1 a $2 b NX'],
    ['MSET $1 a $2 b', 'PEXPIREAT $2 4000000000123', 'MSETEX 2 $1 c $2 d XX KEEPTTL'],
  ],
  msetnx: [['MSETNX $1 a $2 b $3 c'], ['MSETNX $1 a $2 b $1 c']],
  pfmerge: [
    ['PFADD $1 a b', 'PFADD $2 b c', 'PFADD $3 x', 'PFMERGE $3 $1 $2'],
    ['PFADD $1 a b', 'PFMERGE $3 $1 $2'],
  ],
  rename: [
    ['SET $1 v', 'RENAME $1 $2'],
    ['HSET $1 f v', 'PEXPIREAT $1 4000000000123', 'SET $2 old', 'RENAME $1 $2'],
    [LONG, 'LPUSH $2 old', 'PEXPIREAT $2 4000000000123', 'RENAME $1 $2'],
    [...SCORED, 'RENAME $1 $2', 'RENAME $2 $3'],
  ],
  renamenx: [
    ['SADD $1 a', 'PEXPIREAT $1 4000000000123', 'RENAMENX $1 $2'],
    ['SADD $1 a', 'SADD $2 b', 'RENAMENX $1 $2'],
  ],
  rpoplpush: [
    [...LISTS, 'RPOPLPUSH $1 $2'],
    ['RPUSH $1 only', 'RPOPLPUSH $1 $2'],
  ],
  sdiffstore: [
    [...SETS, 'SDIFFSTORE $3 $1 $2'],
    [...SETS, 'SDIFFSTORE $1 $1 $2 $3'],
  ],
  sinterstore: [
    [...SETS, 'SINTERSTORE $3 $1 $2'],
    ['SADD $1 a', 'SADD $3 old', 'SINTERSTORE $3 $1 $2'],
  ],
  smove: [
    [...SETS, 'SMOVE $1 $2 a'],
    [...SETS, 'SMOVE $1 $2 b'],
    ['SADD $1 only', 'SMOVE $1 $2 only'],
  ],
  sort: [
    ['RPUSH $1 3 1 2', 'SORT $1 STORE $2'],
    ['SADD $1 c a b', 'SET $2 old', 'SORT $1 ALPHA DESC LIMIT 0 2 STORE $2'],
    ['RPUSH $1 3 1 2', 'SORT $1 BY nosort GET # STORE $2'],
    ['SORT $1 STORE $2'],
    [...WEIGHED, 'SORT $1 BY w_* STORE $2'],
    [...WEIGHED, 'SORT $1 BY w_* DESC LIMIT 1 2 GET # GET o_*->name GET o_* GET none STORE $2'],
    [...WEIGHED, 'SORT $1 BY t_* ALPHA STORE $2'],
    [...WEIGHED, 'SORT $1 BY o_*->at ALPHA DESC GET w_* STORE $1'],
    ['RPUSH $1 x y z', 'SORT $1 BY nosort DESC GET # GET w_* LIMIT 0 2 STORE $2'],
    ['SADD $1 x y z', 'SORT $1 BY nosort GET # GET # STORE $2'],
    ['ZADD $1 3 x 2 y 1 z', 'SORT $1 BY nosort GET # GET # LIMIT 1 5 STORE $2'],
    ['ZADD $1 3 x 2 y 1 z', 'SORT $1 BY nosort DESC GET # GET # STORE $2'],
    ['SET $2 old', 'SORT $1 BY w_* STORE $2'],
  ],
  sunionstore: [
    [...SETS, 'SUNIONSTORE $3 $1 $2'],
    [...SETS, 'SUNIONSTORE $3 $3 $1 $1 $2'],
    ['SADD $1 a', 'SUNIONSTORE $1 $1 $2 $3'],
  ],
  unlink: [['SET $1 v', 'RPUSH $2 v', 'UNLINK $1 $2 $3']],
  xreadgroup: [[...STREAMS, 'XREADGROUP GROUP g c COUNT 1 STREAMS $1 $2 > >']],
  zdiffstore: [[...SCORED, 'ZDIFFSTORE $3 2 $1 $2']],
  zinterstore: [[...SCORED, 'ZINTERSTORE $3 2 $1 $2 WEIGHTS 2 3 AGGREGATE MAX']],
  zmpop: [[...SCORED, 'ZMPOP 2 $1 $2 MAX COUNT 2']],
  zrangestore: [
    [...SCORED, 'ZRANGESTORE $3 $1 0 1'],
    [...SCORED, 'ZRANGESTORE $2 $1 (1 +inf BYSCORE LIMIT 0 5'],
  ],
  zunionstore: [
    [...SCORED, 'ZUNIONSTORE $3 2 $1 $2 WEIGHTS 1 2'],
    [...SCORED, 'ZUNIONSTORE $1 3 $1 $2 $2 AGGREGATE SUM'],
    ['SADD $1 a b', 'ZADD $2 1 b', 'ZUNIONSTORE $3 2 $1 $2'],
  ],
};

export const isKnown = async (redis: Redis, command: string): Promise<boolean> =>
  ((await redis.call('COMMAND', 'INFO', command)) as unknown[])[0] !== null;
