import type { Redis } from 'ioredis';
import { createHash } from 'node:crypto';
import type { TestedVersion } from './servers.ts';

const LOADED = "return{redis.call('INCR',KEYS[1])}";
/** Larger than what passes through the engine in one piece. */
const LARGE = 'large '.repeat(60_000);

type Words = readonly string[];
interface Step {
  /** The first version of a source that knows the commands; see TargetAbilities.version. */
  readonly since: number;
  /** The first version of a target that they can be carried to, be it in another form; by default the same. */
  readonly to?: number;
  /** It takes fields of hashes that expire, on both sides, whatever the versions. */
  readonly fieldExpiry?: true;
  readonly commands: readonly Words[];
}

const lines = (text: string): Words[] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

const script = (text: string, keys: readonly string[], ...args: readonly string[]): Words => [
  'EVAL',
  text,
  String(keys.length),
  ...keys,
  ...args,
];

/** Sources before 5.0 send these as they are, and the target runs them. The fourth and the fifth end in an error. */
const SCRIPTS: readonly Words[] = [
  script(
    `redis.call('SET', KEYS[1], ARGV[1]) redis.call('expire', KEYS[1], 500) return redis.call('INCRBY', KEYS[2], 5)`,
    ['e:script1', 'e:script2'],
    'hello',
  ),
  script(
    `redis.call('SETEX', KEYS[1], 500, 'v') redis.call('SET', KEYS[2], 'v', 'PX', 500000, 'NX')
     redis.call('SET', KEYS[3], 'v', 'EX', '400') redis.pcall('PSETEX', KEYS[4], 300000, 'v') redis.call('SET', KEYS[5], 'v', 'XX')
     if redis.call('TTL', KEYS[1]) <= 500 and redis.call('PTTL', KEYS[2]) <= 500000 then redis.call('RPUSH', KEYS[6], 'told') end
     redis.call('PEXPIRE', KEYS[6], ARGV[1]) redis.call('EXPIRE', KEYS[4], 0) return redis.call('TTL', KEYS[6]) -- the end
`,
    ['e:s:1', 'e:s:2', 'e:s:3', 'e:s:4', 'e:s:5', 'e:s:6'],
    '100000',
  ),
  script(
    `redis.call('SET', KEYS[1], #ARGV .. table.concat(ARGV, ',') .. #KEYS) return {1, ARGV}`,
    ['e:s:args'],
    'a',
    'b',
  ),
  script(`redis.call('INCR', KEYS[1]) return redis.error_reply('LIMIT reached')`, ['e:s:reply']),
  script(`redis.call('INCR', KEYS[1]) error('out of luck')`, ['e:s:error']),
  ['EVALSHA', createHash('sha1').update(LOADED).digest('hex'), '1', 'e:s:loaded'],
];

/** Writes of each kind that a source passes on, by the version that brought them. Each runs without an error, in this order. */
const STEPS: readonly Step[] = [
  {
    since: 20800,
    commands: [
      ...lines(`
        SETEX e:setex 100 v
        PSETEX e:psetex 100000 v
        SET e:px v PX 100000 NX
        SET e:px w EX 200 XX
        SET e:ex v
        EXPIRE e:ex 300
        PEXPIRE e:ex 300000
        SET e:at v
        EXPIREAT e:at 4102444800
        PEXPIREAT e:at 4102444800123
        SET e:never v EX 2147483647
        SET e:persist v EX 100
        PERSIST e:persist
        HINCRBYFLOAT e:hash f 1.25
        INCRBYFLOAT e:float 2.25
        MSETNX e:m1 a e:m2 b
        RPUSH e:list a b c d e f g h
        LINSERT e:list BEFORE c x
        RPOPLPUSH e:list e:list2
        LREM e:list 1 a
        LTRIM e:list 0 10
        LPOP e:list
        SADD e:set 1 2 3 a b
        SADD e:set2 2 a c
        SINTERSTORE e:inter e:set e:set2
        SMOVE e:set e:set2 b
        SPOP e:set
        ZADD e:zset 1 a 2 b 3 c
        ZADD e:zset2 4 a 5 d
        ZINCRBY e:zset 0.1 a
        ZUNIONSTORE e:union 2 e:zset e:zset2 WEIGHTS 2 3 AGGREGATE MAX
        ZREMRANGEBYLEX e:zset [y [z
        PFADD e:unique a b c
        PFCOUNT e:unique
        PFADD e:unique2 d
        PFMERGE e:unique e:unique2
        SORT e:set2 ALPHA STORE e:sorted
        RENAME e:m2 e:renamed
        SETRANGE e:m1 5 zz
        APPEND e:m1 tail
        BITOP NOT e:not e:m1
        HMSET e:hash a 1 b 2
        HDEL e:hash a
        SET e:gone v PX 200
        MULTI
        INCR e:transaction
        SETEX e:transaction:short 50 v
        EXEC
        SCRIPT LOAD ${LOADED}
        SELECT 3
        SET e:traveller v EX 500
        MOVE e:traveller 4
        SET e:flushed v
        FLUSHDB
        SET e:after v EX 100
        SELECT 0
      `),
      ...SCRIPTS,
      ['SET', 'e:large', LARGE],
      ['SETEX', 'e:large:setex', '500', LARGE],
      ['SET', 'e:large:px', LARGE, 'PX', '500000'],
      ['RPUSH', 'e:large:list', LARGE, 'a', LARGE],
      ['HMSET', 'e:large:hash', LARGE, LARGE],
      ['EXPIRE', 'e:large:hash', '700'],
      ['SET', LARGE, 'a large name'],
      ['EXPIRE', LARGE, '800'],
    ],
  },
  {
    since: 30200,
    commands: lines(`
      BITFIELD e:bits SET u8 0 200 INCRBY i5 100 1
      SADD e:popped 1 2 3 4 5 6
      SPOP e:popped 2
      ZADD e:zset XX CH 5 a
      ZADD e:zset NX 6 q
      ZADD e:zset INCR 2 a
      GEOADD e:geo 13.361389 38.115556 P 15.087269 37.502669 C
      GEORADIUS e:geo 15 37 200 km STORE e:near
    `),
  },
  {
    since: 40000,
    to: 20800,
    commands: [
      ...lines(`
        HSET e:hash:many a 1 b 2 c 3
        SET e:unlinked 1
        UNLINK e:unlinked e:none
        SELECT 8
        SET flushed 1
        FLUSHDB ASYNC
        SET in8 2
        SELECT 0
      `),
      ['HSET', 'e:large:hset', 'a', LARGE, 'b', LARGE],
    ],
  },
  {
    since: 40000,
    commands: lines(`
      SELECT 7
      SET in7 1 EX 900
      SWAPDB 7 8
      SELECT 0
    `),
  },
  {
    since: 50000,
    to: 20800,
    commands: lines(`
      ZADD e:ends 1 a 2 b 3 c 4 d 5 e 6 f
      ZPOPMIN e:ends
      ZPOPMAX e:ends 2
      ZPOPMAX e:ends
    `),
  },
  {
    since: 50000,
    commands: lines(`
      XADD e:stream MAXLEN ~ 100 1-1 a 1
      XADD e:stream MAXLEN 5 2-1 a 1
      XADD e:stream 3-1 a 2
      XADD e:stream 4-1 a 3
      XGROUP CREATE e:waiting g $ MKSTREAM
      XGROUP CREATE e:stream g 0
      XREADGROUP GROUP g one COUNT 2 STREAMS e:stream >
      XREADGROUP GROUP g two NOACK STREAMS e:stream >
      XACK e:stream g 1-1
      XDEL e:stream 2-1
      XSETID e:waiting 9-9
    `),
  },
  {
    since: 60000,
    to: 20800,
    commands: lines(`
      SET e:kept 1 EX 1000
      SET e:kept 2 KEEPTTL
      SET e:kept:for:ever 1
      SET e:kept:for:ever 2 KEEPTTL
      SET e:float:short 1.5 EX 1000
      INCRBYFLOAT e:float:short 2.25
    `),
  },
  {
    since: 60200,
    to: 20800,
    commands: lines(`
      SET e:getex 1
      GETEX e:getex EX 1000
      SET e:exat 1 EXAT 4102444800
      SET e:exat 1 PXAT 4102444800123 GET
      SET e:got 1 GET
      RPUSH e:moved a b c d e f g
      LPOP e:moved 2
      RPOP e:moved 2
      LMOVE e:moved e:moved2 RIGHT LEFT
    `),
  },
  {
    since: 60200,
    to: 50000,
    commands: lines(`
      XADD e:stream MAXLEN ~ 100 LIMIT 50 5-1 a 1
      XTRIM e:stream MAXLEN ~ 90 LIMIT 20
      XADD e:stream NOMKSTREAM MAXLEN = 80 6-1 a 1
      XGROUP CREATECONSUMER e:stream g lonely
      XAUTOCLAIM e:stream g three 0 0 COUNT 1
    `),
  },
  {
    since: 60200,
    commands: lines(`
      COPY e:hash e:copied
      COPY e:hash e:copied DB 4
      LMOVE e:moved e:moved2 LEFT RIGHT
      ZADD e:zset GT CH 9 a
      ZRANGESTORE e:range e:zset 0 -1
      XTRIM e:stream MINID ~ 1 LIMIT 20
    `),
  },
  {
    since: 70000,
    to: 20800,
    commands: lines(`
      RPUSH e:mpop:list a b c d
      LMPOP 2 e:none e:mpop:list LEFT COUNT 2
      ZADD e:mpop 1 a 2 b 3 c
      ZMPOP 1 e:mpop MIN COUNT 2
      EXPIRE e:hash 1000 NX
      EXPIRE e:hash 2000 GT
      SET e:nx 1 NX GET
    `),
  },
  {
    since: 70000,
    to: 50000,
    commands: lines(`
      XSETID e:waiting 10-5 ENTRIESADDED 9 MAXDELETEDID 2-2
      XGROUP CREATE e:stream read 2-1 ENTRIESREAD 2
    `),
  },
  {
    since: 70000,
    commands: [
      [
        'FUNCTION',
        'LOAD',
        "#!lua name=kept\nredis.register_function('kept_f', function(k) return redis.call('SET', k[1], 1) end)",
      ],
      ['FCALL', 'kept_f', '1', 'e:fcall'],
      ['FUNCTION', 'LOAD', "#!lua name=gone\nredis.register_function('gone_f', function() end)"],
      ['FUNCTION', 'DELETE', 'gone'],
    ],
  },
  {
    since: 70200,
    fieldExpiry: true,
    commands: lines(`
      HSET e:fields a 1 b 2 c 3 d 4
      HEXPIRE e:fields 1000 FIELDS 1 a
      HPEXPIRE e:fields 2000000 FIELDS 2 b c
      HPEXPIREAT e:fields 4102444800123 NX FIELDS 2 d a
      HPERSIST e:fields FIELDS 1 c
      HPEXPIRE e:fields 1000000 GT FIELDS 2 a b
      COPY e:fields e:fields:copied
      HSET e:fields:gone a 1 b 2
      HPEXPIRE e:fields:gone 200 FIELDS 1 a
    `),
  },
];

/** Writes to a source of one version all that can be carried to a target of another. */
export async function writeEveryKind(
  client: Redis,
  source: TestedVersion,
  target: TestedVersion,
): Promise<void> {
  for (const { since, to = since, fieldExpiry = false, commands } of STEPS) {
    if (since > source.version || to > target.version) continue;
    if (fieldExpiry && !(source.fieldExpiry && target.fieldExpiry)) continue;
    for (const [name, ...args] of commands) {
      if (name === 'SELECT') await client.select(Number(args[0]));
      else if (name === 'EVAL') await client.call(name, ...args).catch(() => undefined);
      else await client.call(name!, ...args);
    }
  }
}

/** A stream larger than one piece whose group has pending entries of deleted messages, which no command can make. */
export async function writeLargeStream(client: Redis, key: string): Promise<void> {
  const pipeline = client.pipeline();
  for (let i = 1; i <= 6000; i++) pipeline.xadd(key, `${i}-1`, 'field', `${i}:${Math.random()}`.repeat(3));
  pipeline.xgroup('CREATE', key, 'g', '0');
  pipeline.xreadgroup('GROUP', 'g', 'one', 'COUNT', 10, 'STREAMS', key, '>');
  pipeline.xdel(key, '3-1', '4-1');
  for (const [error] of (await pipeline.exec())!) if (error) throw error;
}
