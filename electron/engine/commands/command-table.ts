import { adaptedCommands, UNLINK_VERSION } from './command-adapter.ts';

/** What is done with a command of the replication stream. */
export const ACTION = {
  UNKNOWN: 0,
  /** Passed on as it is; its first key is argument 1. */
  PASS: 1,
  /** Passed on; its first key is argument 2 or 3, or it has none. */
  PASS_KEY_2: 2,
  PASS_KEY_3: 3,
  PASS_NO_KEY: 4,
  /** Every argument is a key. */
  PASS_KEYS: 5,
  SET: 6,
  DROP: 10,
  REPLCONF: 11,
  SELECT: 12,
  MULTI: 13,
  EXEC: 14,
  FLUSHALL: 15,
  FLUSHDB: 16,
  SWAPDB: 17,
  MOVE: 18,
  COPY: 19,
  /** Commands that carry an expiry. */
  EXPIRE: 20,
  PEXPIRE: 21,
  EXPIREAT: 22,
  PEXPIREAT: 23,
  SETEX: 24,
  PSETEX: 25,
  GETEX: 26,
  RESTORE: 27,
  HEXPIRE: 28,
  HPEXPIRE: 29,
  HEXPIREAT: 30,
  HPEXPIREAT: 31,
  /** An expiry option (EX, PX, EXAT, PXAT) of hash fields, somewhere after the key; or of keys, after them. */
  FIELD_EXPIRY_OPTION: 32,
  EXPIRY_OPTION: 33,
  /** The target may need another form of it: see CommandAdapter. */
  ADAPT: 35,
  /** XADD and XTRIM, which need another form only when they have a LIMIT. */
  ADAPT_LIMIT: 36,
  /** UNLINK to a target that knows DEL only. */
  UNLINK_AS_DEL: 37,
  /** EVAL and EVALSHA, and what concerns their cache: see HeldScripts. */
  EVAL: 38,
  SCRIPT: 39,
  FORBIDDEN: 40,
} as const;

export type Action = (typeof ACTION)[keyof typeof ACTION];

const words = (text: string): string[] => text.trim().split(/\s+/);

const PASS = words(`
  append bitfield decr decrby delex geoadd georadius georadiusbymember geosearchstore getdel getset hdel hgetdel
  hincrby hincrbyfloat hmset hpersist hset hsetnx incr incrby incrbyfloat linsert lmove lpop lpush lpushx lrem lset ltrim
  mset msetnx persist pfadd pfcount pfmerge rename renamenx rpop rpoplpush rpush rpushx sadd sdiffstore setbit setnx setrange
  sinterstore smove sort spop srem sunionstore xack xackdel xadd xautoclaim xclaim xdel xdelex xsetid xtrim zadd zdiffstore zincrby
  zinterstore zpopmax zpopmin zrangestore zrem zremrangebylex zremrangebyrank zremrangebyscore zunionstore
  brpoplpush blmove blpop brpop bzpopmin bzpopmax
`);
const PASS_KEY_2 = words('bitop xgroup blmpop bzmpop lmpop zmpop');
const PASS_KEY_3 = words('xreadgroup');
const PASS_NO_KEY = words('function fcall');
const PASS_KEYS = words('del unlink touch');
const DROP = words('ping publish spublish opinfo adminset');
const FIELD_EXPIRY_OPTION = words('hsetex hgetex');
/** Never passed on, though a target's own table may call some of them writes. */
const FORBIDDEN = words(`
  acl auth bgrewriteaof bgsave client cluster config debug failover hello latency lolwut memory migrate module monitor psync
  quit replicaof reset role save shutdown slaveof slowlog subscribe psubscribe ssubscribe sync unsubscribe wait waitaof pfdebug pfselftest
`);
const SINGLE: Readonly<Record<string, Action>> = {
  set: ACTION.SET,
  eval: ACTION.EVAL,
  evalsha: ACTION.EVAL,
  replconf: ACTION.REPLCONF,
  select: ACTION.SELECT,
  multi: ACTION.MULTI,
  exec: ACTION.EXEC,
  flushall: ACTION.FLUSHALL,
  flushdb: ACTION.FLUSHDB,
  swapdb: ACTION.SWAPDB,
  move: ACTION.MOVE,
  copy: ACTION.COPY,
  expire: ACTION.EXPIRE,
  pexpire: ACTION.PEXPIRE,
  expireat: ACTION.EXPIREAT,
  pexpireat: ACTION.PEXPIREAT,
  setex: ACTION.SETEX,
  psetex: ACTION.PSETEX,
  getex: ACTION.GETEX,
  msetex: ACTION.EXPIRY_OPTION,
  restore: ACTION.RESTORE,
  'restore-asking': ACTION.RESTORE,
  hexpire: ACTION.HEXPIRE,
  hpexpire: ACTION.HPEXPIRE,
  hexpireat: ACTION.HEXPIREAT,
  hpexpireat: ACTION.HPEXPIREAT,
};

/** A write of the target's own command table (`COMMAND`), such as one of a module. */
export interface TargetCommand {
  readonly name: string;
  readonly firstKey: number;
}

const SLOTS = 2048;
/** The first version with LIMIT, MINID and NOMKSTREAM. */
const XADD_OPTIONS_VERSION = 60200;

/**
 * Finds a command's action from its name as it stands in the stream, in any case, without making a string.
 * A name that is in neither table is UNKNOWN.
 */
export class CommandTable {
  private readonly names: (Buffer | undefined)[] = new Array<Buffer | undefined>(SLOTS).fill(undefined);
  private readonly actions = new Uint8Array(SLOTS);

  /** @param targetVersion see TargetAbilities.version; by default the newest */
  constructor(targetWrites: readonly TargetCommand[], targetVersion = Number.MAX_SAFE_INTEGER) {
    for (const { name, firstKey } of targetWrites) this.add(name.toLowerCase(), actionForFirstKey(firstKey));
    for (const name of PASS) this.add(name, ACTION.PASS);
    for (const name of PASS_KEY_2) this.add(name, ACTION.PASS_KEY_2);
    for (const name of PASS_KEY_3) this.add(name, ACTION.PASS_KEY_3);
    for (const name of PASS_NO_KEY) this.add(name, ACTION.PASS_NO_KEY);
    for (const name of PASS_KEYS) this.add(name, ACTION.PASS_KEYS);
    for (const name of DROP) this.add(name, ACTION.DROP);
    for (const name of FIELD_EXPIRY_OPTION) this.add(name, ACTION.FIELD_EXPIRY_OPTION);
    for (const name of FORBIDDEN) this.add(name, ACTION.FORBIDDEN);
    for (const [name, action] of Object.entries(SINGLE)) this.add(name, action);
    for (const name of adaptedCommands(targetVersion)) this.add(name, ACTION.ADAPT);
    this.add('script', ACTION.SCRIPT);
    if (targetVersion >= XADD_OPTIONS_VERSION)
      for (const name of ['xadd', 'xtrim']) this.add(name, ACTION.ADAPT_LIMIT);
    if (targetVersion < UNLINK_VERSION) this.add('unlink', ACTION.UNLINK_AS_DEL);
  }

  find(buf: Buffer, from: number, to: number): Action {
    let hash = 0x811c9dc5;
    for (let i = from; i < to; i++) hash = Math.imul(hash ^ (buf[i]! | 0x20), 0x01000193);
    for (let slot = hash & (SLOTS - 1); ; slot = (slot + 1) & (SLOTS - 1)) {
      const name = this.names[slot];
      if (name === undefined) return ACTION.UNKNOWN;
      if (sameName(name, buf, from, to)) return this.actions[slot] as Action;
    }
  }

  private add(name: string, action: Action): void {
    const bytes = Buffer.from(name);
    let hash = 0x811c9dc5;
    for (const byte of bytes) hash = Math.imul(hash ^ (byte | 0x20), 0x01000193);
    let slot = hash & (SLOTS - 1);
    while (this.names[slot] !== undefined && !sameName(this.names[slot]!, bytes, 0, bytes.length))
      slot = (slot + 1) & (SLOTS - 1);
    this.names[slot] = bytes;
    this.actions[slot] = action;
  }
}

function sameName(name: Buffer, buf: Buffer, from: number, to: number): boolean {
  if (name.length !== to - from) return false;
  for (let i = 0; i < name.length; i++) {
    const byte = buf[from + i]!;
    // Only a capital differs from its name by this bit.
    if (name[i] !== byte && (byte < 65 || byte > 90 || name[i] !== (byte | 0x20))) return false;
  }
  return true;
}

function actionForFirstKey(firstKey: number): Action {
  if (firstKey === 1) return ACTION.PASS;
  if (firstKey === 2) return ACTION.PASS_KEY_2;
  if (firstKey === 3) return ACTION.PASS_KEY_3;
  return ACTION.PASS_NO_KEY;
}
