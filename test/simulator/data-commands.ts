import { copyOf, type Entry, type Value } from './keyspace.ts';
import { dump, undump } from './rdb-codec.ts';
import { Failure, OK, Status, type Reply } from './resp.ts';

/** The database that a command works on, as its server shows it at this moment. */
export interface Ground {
  readonly nowMs: number;
  /** What stands there and has not expired. */
  get(key: string): Entry | undefined;
  set(key: string, entry: Entry): void;
  delete(key: string): boolean;
  /** All keys that are there, expired ones as well, as the server itself counts them. */
  readonly size: number;
  scan(cursor: number, count: number): { readonly next: number; readonly keys: readonly string[] };
  /** The key was changed where it stands. */
  touch(key: string): void;
  /** What goes to replicas, where that is not the command as it came; nothing leaves it out. */
  effect(...words: readonly string[]): void;
  noEffect(): void;
}

export const WRONG_TYPE = new Failure('WRONGTYPE Operation against a key holding the wrong kind of value');
const NOT_INTEGER = new Failure('ERR value is not an integer or out of range');
const HASH_NOT_INTEGER = new Failure('ERR hash value is not an integer');
export const SYNTAX = new Failure('ERR syntax error');
const BUSY = new Failure('BUSYKEY Target key name already exists.');
const BAD_PAYLOAD = new Failure('ERR DUMP payload version or checksum are wrong');

export type Handler = (ground: Ground, args: readonly string[]) => Reply;

const integer = (text: string | undefined): number | undefined =>
  text !== undefined && /^(0|-?[1-9]\d{0,17})$/.test(text) ? Number(text) : undefined;

type Kind = Value['kind'];
type Of<K extends Kind> = Extract<Value, { kind: K }>;

/** The value of a kind, made where there is none; a failure where another kind stands there. */
export function open<K extends Kind>(
  ground: Ground,
  key: string,
  kind: K,
  make: () => Of<K>,
): Of<K> | Failure {
  const entry = ground.get(key);
  if (!entry) {
    const value = make();
    ground.set(key, { value, expireAtMs: undefined });
    return value;
  }
  return entry.value.kind === kind ? (entry.value as Of<K>) : WRONG_TYPE;
}

export function look<K extends Kind>(ground: Ground, key: string, kind: K): Of<K> | Failure | undefined {
  const entry = ground.get(key);
  if (!entry) return undefined;
  return entry.value.kind === kind ? (entry.value as Of<K>) : WRONG_TYPE;
}

function add(ground: Ground, key: string, by: number | undefined): Reply {
  if (by === undefined) return NOT_INTEGER;
  const value = look(ground, key, 'string');
  if (value instanceof Failure) return value;
  const before = value ? integer(value.bytes) : 0;
  if (before === undefined) return NOT_INTEGER;
  const after = before + by;
  if (value) value.bytes = String(after);
  else ground.set(key, { value: { kind: 'string', bytes: String(after) }, expireAtMs: undefined });
  ground.touch(key);
  return after;
}

function push(ground: Ground, key: string, items: readonly string[], left: boolean): Reply {
  const list = open(ground, key, 'list', () => ({ kind: 'list', items: [] }));
  if (list instanceof Failure) return list;
  list.items = left ? [...items.toReversed(), ...list.items] : [...list.items, ...items];
  ground.touch(key);
  return list.items.length;
}

const hash = (ground: Ground, key: string): Of<'hash'> | Failure =>
  open(ground, key, 'hash', () => ({ kind: 'hash', fields: new Map() }));

function hashSet(ground: Ground, [key = '', ...pairs]: readonly string[], name = 'hset'): number | Failure {
  if (pairs.length % 2 !== 0) return new Failure(`ERR wrong number of arguments for '${name}' command`);
  const value = hash(ground, key);
  if (value instanceof Failure) return value;
  let added = 0;
  for (let i = 0; i < pairs.length; i += 2) {
    if (!value.fields.has(pairs[i]!)) added += 1;
    value.fields.set(pairs[i]!, pairs[i + 1]!);
  }
  ground.touch(key);
  return added;
}

/** SET with what the engine and the writer use of it. */
function set(ground: Ground, [key = '', bytes = '', ...options]: readonly string[]): Reply {
  const before = ground.get(key);
  let expireAtMs: number | undefined;
  for (let i = 0; i < options.length; i++) {
    const name = options[i]!.toUpperCase();
    if (name === 'KEEPTTL') {
      expireAtMs = before?.expireAtMs;
      continue;
    }
    const ms = integer(options[++i]);
    if (name !== 'PX' && name !== 'PXAT') return SYNTAX;
    if (ms === undefined) return NOT_INTEGER;
    if (ms <= 0) return new Failure("ERR invalid expire time in 'set' command");
    expireAtMs = name === 'PX' ? ground.nowMs + ms : ms;
    ground.effect('SET', key, bytes, 'PXAT', String(expireAtMs));
  }
  ground.set(key, { value: { kind: 'string', bytes }, expireAtMs });
  ground.touch(key);
  return OK;
}

function expireAt(ground: Ground, key: string, atMs: number | undefined): Reply {
  if (atMs === undefined) return NOT_INTEGER;
  const entry = ground.get(key);
  if (!entry) {
    ground.noEffect();
    return 0;
  }
  if (atMs <= ground.nowMs) {
    ground.delete(key);
    ground.effect('DEL', key);
    return 1;
  }
  entry.expireAtMs = atMs;
  ground.effect('PEXPIREAT', key, String(atMs));
  ground.touch(key);
  return 1;
}

function remove(ground: Ground, keys: readonly string[]): Reply {
  const removed = keys.filter((key) => ground.get(key) !== undefined && ground.delete(key)).length;
  if (removed === 0) ground.noEffect();
  return removed;
}

function restore(ground: Ground, [key = '', ttl = '', payload = '', ...options]: readonly string[]): Reply {
  const words = options.map((word) => word.toUpperCase());
  if (words.some((word) => word !== 'REPLACE' && word !== 'ABSTTL')) return SYNTAX;
  const before = ground.get(key);
  if (before && !words.includes('REPLACE')) return BUSY;
  const ms = integer(ttl);
  if (ms === undefined || ms < 0) return new Failure('ERR Invalid TTL value, must be >= 0');
  const value = undump(payload);
  if (!value) return BAD_PAYLOAD;
  if (before) ground.delete(key);
  const atMs = ms === 0 ? undefined : words.includes('ABSTTL') ? ms : ground.nowMs + ms;
  if (atMs !== undefined && atMs <= ground.nowMs) {
    if (before) ground.effect('DEL', key);
    else ground.noEffect();
    return OK;
  }
  ground.set(key, { value, expireAtMs: atMs });
  ground.touch(key);
  return OK;
}

/** As it stands in a cluster's stream where a slot has come: with the time itself, and not with what remains of it. */
function restoreAsking(ground: Ground, args: readonly string[]): Reply {
  const reply = restore(ground, args);
  const [key = '', ttl = '', payload = '', ...options] = args;
  const relative = ttl !== '0' && !options.some((word) => word.toUpperCase() === 'ABSTTL');
  if (reply === OK && relative) {
    const atMs = String(ground.nowMs + Number(ttl));
    ground.effect('RESTORE-ASKING', key, atMs, payload, ...options, 'ABSTTL');
  }
  return reply;
}

function rename(ground: Ground, [from = '', to = '']: readonly string[]): Reply {
  const entry = ground.get(from);
  if (!entry) return new Failure('ERR no such key');
  if (from === to) {
    ground.noEffect();
    return OK;
  }
  ground.get(to);
  ground.delete(from);
  ground.set(to, entry);
  return OK;
}

function copy(ground: Ground, [from = '', to = '', ...options]: readonly string[]): Reply {
  if (options.length > 1 || (options.length === 1 && options[0]!.toUpperCase() !== 'REPLACE')) return SYNTAX;
  if (from === to) return new Failure('ERR source and destination objects are the same');
  const entry = ground.get(from);
  if (!entry || (ground.get(to) && options.length === 0)) {
    ground.noEffect();
    return 0;
  }
  ground.set(to, { value: copyOf(entry.value), expireAtMs: entry.expireAtMs });
  return 1;
}

function pop(ground: Ground, key: string, left: boolean): Reply {
  const list = look(ground, key, 'list');
  if (list instanceof Failure) return list;
  const item = left ? list?.items[0] : list?.items.at(-1);
  if (!list || item === undefined) {
    ground.noEffect();
    return null;
  }
  list.items = left ? list.items.slice(1) : list.items.slice(0, -1);
  if (list.items.length === 0) ground.delete(key);
  else ground.touch(key);
  return item;
}

function move(ground: Ground, from: string, to: string, whence: string, where: string): Reply {
  const ends = [whence, where].map((word) => word.toUpperCase());
  if (ends.some((word) => word !== 'LEFT' && word !== 'RIGHT')) return SYNTAX;
  const source = look(ground, from, 'list');
  if (source instanceof Failure) return source;
  if (!source) {
    ground.noEffect();
    return null;
  }
  const present = look(ground, to, 'list');
  if (present instanceof Failure) return present;
  const item = ends[0] === 'LEFT' ? source.items[0]! : source.items.at(-1)!;
  source.items = ends[0] === 'LEFT' ? source.items.slice(1) : source.items.slice(0, -1);
  ground.touch(from);
  push(ground, to, [item], ends[1] === 'LEFT');
  if (source.items.length === 0) ground.delete(from);
  return item;
}

function setMany(ground: Ground, args: readonly string[]): Reply {
  if (args.length % 2 !== 0) return new Failure("ERR wrong number of arguments for 'mset' command");
  for (let i = 0; i < args.length; i += 2)
    ground.set(args[i]!, { value: { kind: 'string', bytes: args[i + 1]! }, expireAtMs: undefined });
  return OK;
}

function scan(ground: Ground, [cursor = '', ...options]: readonly string[]): Reply {
  const from = integer(cursor);
  if (from === undefined) return new Failure('ERR invalid cursor');
  let count = 10;
  let prefix: string | undefined;
  for (let i = 0; i < options.length; i += 2) {
    const name = options[i]!.toUpperCase();
    if (name === 'COUNT') count = Number(options[i + 1]);
    else if (name === 'MATCH' && /^[\w:.{}-]*\*$/.test(options[i + 1] ?? ''))
      prefix = options[i + 1]!.slice(0, -1);
    else return SYNTAX;
  }
  const { next, keys } = ground.scan(from, count);
  const shown = keys.filter(
    (key) => ground.get(key) !== undefined && (prefix === undefined || key.startsWith(prefix)),
  );
  return [String(next), shown];
}

function range(ground: Ground, [key = '', from = '', to = '']: readonly string[]): Reply {
  const list = look(ground, key, 'list');
  if (list instanceof Failure) return list;
  const items = list?.items ?? [];
  const at = (text: string): number => (Number(text) < 0 ? items.length + Number(text) : Number(text));
  return items.slice(Math.max(0, at(from)), at(to) + 1);
}

/** What commands do to one database (`Redis t_string.c`, `t_list.c`, `t_hash.c`, `expire.c`, `cluster.c`: learned from). */
export const DATA_COMMANDS: Readonly<Record<string, Handler>> = {
  append: (ground, [key = '', bytes = '']) => {
    const value = open(ground, key, 'string', () => ({ kind: 'string', bytes: '' }));
    if (value instanceof Failure) return value;
    value.bytes += bytes;
    ground.touch(key);
    return value.bytes.length;
  },
  copy,
  dbsize: (ground) => ground.size,
  decrby: (ground, [key = '', by]) => {
    const amount = integer(by);
    return add(ground, key, amount === undefined ? undefined : -amount);
  },
  del: remove,
  unlink: remove,
  dump: (ground, [key = '']) => {
    const entry = ground.get(key);
    return entry ? dump(entry.value) : null;
  },
  exists: (ground, keys) => keys.filter((key) => ground.get(key) !== undefined).length,
  get: (ground, [key = '']) => {
    const value = look(ground, key, 'string');
    return value instanceof Failure ? value : (value?.bytes ?? null);
  },
  hdel: (ground, [key = '', ...fields]) => {
    const value = look(ground, key, 'hash');
    if (value instanceof Failure) return value;
    const removed = value ? fields.filter((field) => value.fields.delete(field)).length : 0;
    if (removed === 0) ground.noEffect();
    else if (value?.fields.size === 0) ground.delete(key);
    else ground.touch(key);
    return removed;
  },
  hget: (ground, [key = '', field = '']) => {
    const value = look(ground, key, 'hash');
    return value instanceof Failure ? value : (value?.fields.get(field) ?? null);
  },
  hgetall: (ground, [key = '']) => {
    const value = look(ground, key, 'hash');
    return value instanceof Failure ? value : [...(value?.fields ?? [])].flat();
  },
  hincrby: (ground, [key = '', field = '', by]) => {
    const amount = integer(by);
    if (amount === undefined) return NOT_INTEGER;
    const present = look(ground, key, 'hash');
    if (present instanceof Failure) return present;
    const before = integer(present?.fields.get(field) ?? '0');
    if (before === undefined) return HASH_NOT_INTEGER;
    hashSet(ground, [key, field, String(before + amount)]);
    return before + amount;
  },
  hkeys: (ground, [key = '']) => {
    const value = look(ground, key, 'hash');
    return value instanceof Failure ? value : [...(value?.fields.keys() ?? [])];
  },
  hmget: (ground, [key = '', ...fields]) => {
    const value = look(ground, key, 'hash');
    return value instanceof Failure ? value : fields.map((field) => value?.fields.get(field) ?? null);
  },
  hmset: (ground, args) => {
    const added = hashSet(ground, args, 'hmset');
    return added instanceof Failure ? added : OK;
  },
  hset: (ground, args) => hashSet(ground, args),
  incr: (ground, [key = '']) => add(ground, key, 1),
  incrby: (ground, [key = '', by]) => add(ground, key, integer(by)),
  lindex: (ground, [key = '', at = '']) => {
    const list = look(ground, key, 'list');
    return list instanceof Failure ? list : (list?.items.at(Number(at)) ?? null);
  },
  lmove: (ground, [from = '', to = '', whence = '', where = '']) => move(ground, from, to, whence, where),
  lpop: (ground, [key = '']) => pop(ground, key, true),
  lpush: (ground, [key = '', ...items]) => push(ground, key, items, true),
  rpush: (ground, [key = '', ...items]) => push(ground, key, items, false),
  lrange: range,
  memory: (ground, [, key = '']) => {
    const entry = ground.get(key);
    return entry ? 64 + dump(entry.value).length : null;
  },
  persist: (ground, [key = '']) => {
    const entry = ground.get(key);
    if (!entry || entry.expireAtMs === undefined) {
      ground.noEffect();
      return 0;
    }
    entry.expireAtMs = undefined;
    ground.touch(key);
    return 1;
  },
  pexpire: (ground, [key = '', ms]) => {
    const wait = integer(ms);
    return expireAt(ground, key, wait === undefined ? undefined : ground.nowMs + wait);
  },
  pexpireat: (ground, [key = '', at]) => expireAt(ground, key, integer(at)),
  pexpiretime: (ground, [key = '']) => {
    const entry = ground.get(key);
    return entry ? (entry.expireAtMs ?? -1) : -2;
  },
  pttl: (ground, [key = '']) => {
    const entry = ground.get(key);
    return entry ? (entry.expireAtMs === undefined ? -1 : entry.expireAtMs - ground.nowMs) : -2;
  },
  mset: setMany,
  rename,
  restore,
  'restore-asking': restoreAsking,
  rpop: (ground, [key = '']) => pop(ground, key, false),
  rpoplpush: (ground, [from = '', to = '']) => move(ground, from, to, 'RIGHT', 'LEFT'),
  scan,
  set,
  type: (ground, [key = '']) => new Status(ground.get(key)?.value.kind ?? 'none'),
};
