/** Keys at fixed places: `last` counts from the end where it is negative. */
export interface KeyPlaces {
  readonly first: number;
  readonly last: number;
  readonly step: number;
  /** How many of them, from the first on, get a value that does not depend on the one they had. */
  readonly overwrites: number;
}

export interface FoundKeys {
  /** Indices of arguments, those that are overwritten first. */
  readonly keys: readonly number[];
  readonly overwrites: number;
  /** The database of those that are overwritten, where it is not the selected one. */
  readonly otherDb?: number;
}

/** An argument as text, '' past the last one. */
export type ArgumentText = (index: number) => string;

/** Finds the keys among `count` words; undefined where they cannot be told. */
export type KeyFinder = (text: ArgumentText, count: number) => FoundKeys | undefined;

export type KeyRule = KeyPlaces | KeyFinder | 'none' | 'unknown';

const ALL = Number.MAX_SAFE_INTEGER;
const words = (text: string): string[] => text.trim().split(/\s+/);
const places = (first: number, last: number, overwrites = 0, step = 1): KeyPlaces => ({
  first,
  last,
  step,
  overwrites,
});

/** The only key is the first argument, and what the command does depends on what it holds. */
const ONE_KEY = words(`
  append bitfield decr decrby delex expire expireat geoadd getex hdel hexpire hexpireat hgetdel hgetex hincrby hincrbyfloat hmset
  hpersist hpexpire hpexpireat hset hsetex hsetnx incr incrby incrbyfloat linsert lpop lpush lpushx lrem lset ltrim persist
  pexpire pexpireat pfadd rpop rpush rpushx sadd setbit setrange spop srem xack xackdel xadd xautoclaim xclaim xdel xdelex
  xsetid xtrim zadd zincrby zpopmax zpopmin zrem zremrangebylex zremrangebyrank zremrangebyscore
`);
/** The only key is the first argument, and it gets a new value or none; those with NX reach the stream only if it had none. */
const ONE_KEY_OVERWRITTEN = words('getdel getset psetex restore restore-asking setex setnx');
const NO_KEY = words(`
  select multi exec ping replconf publish spublish script function opinfo adminset
`);
/**
 * FLUSHALL and its like touch keys that they do not name, and a script may use keys that it does not declare.
 */
const NOT_TOLD = words('flushall flushdb swapdb eval evalsha eval_ro evalsha_ro fcall fcall_ro');

const FIXED: Readonly<Record<string, KeyPlaces>> = {
  del: places(1, -1, ALL),
  unlink: places(1, -1, ALL),
  touch: places(1, -1),
  mset: places(1, -1, ALL, 2),
  msetnx: places(1, -1, ALL, 2),
  pfcount: places(1, -1),
  pfmerge: places(1, -1),
  smove: places(1, 2),
  lmove: places(1, 2),
  blmove: places(1, 2),
  rpoplpush: places(1, 2),
  brpoplpush: places(1, 2),
  blpop: places(1, -2),
  brpop: places(1, -2),
  bzpopmin: places(1, -2),
  bzpopmax: places(1, -2),
  sdiffstore: places(1, -1, 1),
  sinterstore: places(1, -1, 1),
  sunionstore: places(1, -1, 1),
  geosearchstore: places(1, 2, 1),
  zrangestore: places(1, 2, 1),
  bitop: places(2, -1, 1),
  xgroup: places(2, 2),
};

const FINDERS: Readonly<Record<string, KeyFinder>> = {
  set: setKeys,
  rename: () => ({ keys: [2, 1], overwrites: 1 }),
  renamenx: () => ({ keys: [2, 1], overwrites: 1 }),
  copy: copyKeys,
  // It moves only where nothing stands.
  move: (text) => inDatabase(text(2), { keys: [1, 1], overwrites: 1 }),
  zdiffstore: (text, count) => counted(text, count, 2, 1, [1]),
  zinterstore: (text, count) => counted(text, count, 2, 1, [1]),
  zunionstore: (text, count) => counted(text, count, 2, 1, [1]),
  msetex: (text, count) => counted(text, count, 1, 2, []),
  lmpop: (text, count) => counted(text, count, 1, 1, []),
  zmpop: (text, count) => counted(text, count, 1, 1, []),
  blmpop: (text, count) => counted(text, count, 2, 1, []),
  bzmpop: (text, count) => counted(text, count, 2, 1, []),
  sort: sortKeys,
  georadius: (text, count) => geoKeys(text, count, 6),
  georadiusbymember: (text, count) => geoKeys(text, count, 5),
  xreadgroup: streamKeys,
};

/** Every command that a source of any version sends, by its name in small letters. */
export const KEY_RULES: ReadonlyMap<string, KeyRule> = new Map<string, KeyRule>([
  ...ONE_KEY.map((name): [string, KeyRule] => [name, places(1, 1)]),
  ...ONE_KEY_OVERWRITTEN.map((name): [string, KeyRule] => [name, places(1, 1, 1)]),
  ...NO_KEY.map((name): [string, KeyRule] => [name, 'none']),
  ...NOT_TOLD.map((name): [string, KeyRule] => [name, 'unknown']),
  ...Object.entries(FIXED),
  ...Object.entries(FINDERS),
]);

/** XX, KEEPTTL, IFEQ and the like depend on what the key held. */
export function setKeys(text: ArgumentText, count: number): FoundKeys {
  for (let i = 3; i < count; i++) {
    const option = text(i).toUpperCase();
    if (/^(EX|PX|EXAT|PXAT)$/.test(option)) i += 1;
    else if (option !== 'NX') return { keys: [1], overwrites: 0 };
  }
  return { keys: [1], overwrites: 1 };
}

/** `numkeys` at index `at`, then the keys, each with step - 1 arguments behind it. */
function counted(
  text: ArgumentText,
  count: number,
  at: number,
  step: number,
  overwritten: readonly number[],
): FoundKeys | undefined {
  const number = text(at);
  if (!/^\d{1,9}$/.test(number) || Number(number) > count) return undefined;
  const keys = Array.from({ length: Number(number) }, (_, i) => at + 1 + i * step);
  return { keys: [...overwritten, ...keys], overwrites: overwritten.length };
}

/** SORT with BY or GET patterns reads keys that only the elements tell. */
function sortKeys(text: ArgumentText, count: number): FoundKeys | undefined {
  let store = 0;
  for (let i = 2; i < count; i++) {
    const option = text(i).toUpperCase();
    if (option === 'STORE') store = ++i;
    else if (option === 'LIMIT') i += 2;
    else if (option === 'BY' || option === 'GET') {
      const pattern = text(++i);
      const reads = option === 'BY' ? pattern.includes('*') : pattern !== '#';
      if (reads) return undefined;
    }
  }
  return store > 0 ? { keys: [store, 1], overwrites: 1 } : { keys: [1], overwrites: 0 };
}

function geoKeys(text: ArgumentText, count: number, firstOption: number): FoundKeys {
  let store = 0;
  for (let i = firstOption; i < count - 1; i++) if (/^STORE(DIST)?$/i.test(text(i))) store = ++i;
  return store > 0 ? { keys: [store, 1], overwrites: 1 } : { keys: [1], overwrites: 0 };
}

/** XREADGROUP GROUP g c … STREAMS key … id … */
function streamKeys(text: ArgumentText, count: number): FoundKeys | undefined {
  for (let i = 4; i < count; i++) {
    if (!/^STREAMS$/i.test(text(i))) continue;
    const streams = (count - i - 1) / 2;
    if (!Number.isInteger(streams)) return undefined;
    return { keys: Array.from({ length: streams }, (_, n) => i + 1 + n), overwrites: 0 };
  }
  return undefined;
}

function copyKeys(text: ArgumentText, count: number): FoundKeys | undefined {
  const found = { keys: [2, 1], overwrites: 1 };
  for (let i = 3; i < count; i++) if (/^DB$/i.test(text(i))) return inDatabase(text(i + 1), found);
  return found;
}

function inDatabase(db: string, found: FoundKeys): FoundKeys | undefined {
  return /^\d{1,9}$/.test(db) ? { ...found, otherDb: Number(db) } : undefined;
}
