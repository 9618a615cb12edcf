import { ACTION, type Action, type CommandRow, type KeyRule, type Words } from './command-row.ts';
import { APART, COPIED, elementMoved, GATHERS, parts, RENAMED, sortOnCluster } from './crossing.ts';
import type { ExpiryOf } from './expiry-place.ts';
import {
  copyKeys,
  countedKeys,
  declaredKeys,
  geoKeys,
  KEYS_OVERWRITTEN,
  KEYS_READ,
  movedKeys,
  ONE_KEY,
  ONE_KEY_OVERWRITTEN,
  PAIRS_OVERWRITTEN,
  places,
  renamedKeys,
  setKeys,
  sortKeys,
  STORED,
  STORED_FROM_ONE,
  storedFromCounted,
  streamKeys,
  TWO_KEYS,
} from './key-finders.ts';
import * as older from './older-forms.ts';
import { elementTaken, memberMoved, otherKeys, renamedAway } from './without-own-keys.ts';

/** `arity` as servers tell it: so many words, its name included; at least so many where it is negative. */
function row(
  name: string,
  arity: number,
  keys: KeyRule,
  more: Partial<CommandRow> & { readonly action?: Action } = {},
): CommandRow {
  const least = Math.abs(arity);
  return { name, least, most: arity < 0 ? Infinity : least, keys, action: ACTION.PASS, ...more };
}

const common = { need: 'common' } as const;
const copy = { need: 'copy' } as const;
const asOthers = { sentAsOthers: true } as const;

/** A time at index 2: one that remains, or a point in time. */
const timed = (unitMs: 1 | 1000, relative: boolean, of: ExpiryOf = 'key', action: Action = ACTION.EXPIRE) =>
  ({ action, expiry: { of, at: 2, unitMs, relative } }) as const;
const restores = {
  action: ACTION.RESTORE,
  expiry: { of: 'key', at: 2, absolute: 'ABSTTL', from: 4 },
} as const;
/** Keys that have nothing to do with one another, with `step` - 1 arguments behind each. */
const apart = (step: 1 | 2, name?: string) =>
  ({
    parts: { head: 1, step, ...(name ? { name } : {}) },
    withoutOwn: otherKeys(step),
    crossing: parts(step),
  }) as const;
const told = { keysTold: true } as const;
/** Elements of `step` words behind the key, or behind so many words. */
const listed = (step: 1 | 2, head = 2) => ({ elements: () => ({ head, step }) }) as const;
/** The same behind options. */
const listedBehind = (options: RegExp, step: 2 | 3) =>
  ({
    elements: (given: Words) => {
      let head = 2;
      while (options.test(String(given[head]))) head += 1;
      return { head, step };
    },
  }) as const;
const gathers = { crossing: GATHERS } as const;
const gathersTold = { ...told, ...gathers } as const;
/** An element from one list to another. */
const taken = (from?: number, to?: number) =>
  ({ withoutOwn: elementTaken(from), crossing: elementMoved(from, to) }) as const;
const FIELD_OPTION = { action: ACTION.EXPIRY_OPTION, expiry: { of: 'fields', from: 2 } } as const;

const STRINGS: readonly CommandRow[] = [
  row('append', 3, ONE_KEY, common),
  row('bitfield', -2, ONE_KEY),
  row('bitop', -4, places(2, -1, 1, 1), gathersTold),
  row('decr', 2, ONE_KEY),
  row('decrby', 3, ONE_KEY),
  row('delex', -2, ONE_KEY),
  row('delifeq', 3, ONE_KEY),
  row('getdel', 2, ONE_KEY_OVERWRITTEN, asOthers),
  row('getex', -2, ONE_KEY, { ...asOthers, action: ACTION.GETEX, expiry: { of: 'key', from: 2 } }),
  row('getset', 3, ONE_KEY_OVERWRITTEN),
  row('incr', 2, ONE_KEY),
  row('incrby', 3, ONE_KEY, common),
  row('incrbyfloat', 3, ONE_KEY),
  row('mset', -3, PAIRS_OVERWRITTEN, { step: 2, ...apart(2) }),
  row('msetex', -4, countedKeys(1, 2), {
    action: ACTION.EXPIRY_OPTION,
    expiry: { of: 'key', from: (text) => 2 + 2 * Number(text(1)) },
    withoutOwn: otherKeys(2, 1),
    crossing: parts(2, 1),
  }),
  // It is sent only where it did set them, and one part must not see what another has set.
  row('msetnx', -3, PAIRS_OVERWRITTEN, { step: 2, ...apart(2, 'MSET') }),
  row('pfadd', -2, ONE_KEY, { ...common, ...listed(1) }),
  row('pfcount', -2, KEYS_READ, { withoutOwn: otherKeys(), crossing: parts(1) }),
  row('pfmerge', -2, places(1, -1, 1, 0), { parts: { head: 2, step: 1 }, ...gathers }),
  row('psetex', 4, ONE_KEY_OVERWRITTEN, timed(1, true, 'key', ACTION.SETEX)),
  row('set', -3, { first: setKeys }, { ...copy, action: ACTION.SET, expiry: { of: 'key', from: 3 } }),
  row('setbit', 4, ONE_KEY, common),
  row('setex', 4, ONE_KEY_OVERWRITTEN, timed(1000, true, 'key', ACTION.SETEX)),
  row('setnx', 3, ONE_KEY_OVERWRITTEN),
  row('setrange', 4, ONE_KEY),
];

const ANY_KEYS: readonly CommandRow[] = [
  row('copy', -3, copyKeys, { action: ACTION.COPY, crossing: COPIED }),
  row('del', -2, KEYS_OVERWRITTEN, { ...copy, ...apart(1) }),
  row('expire', -3, ONE_KEY, timed(1000, true)),
  row('expireat', -3, ONE_KEY, timed(1000, false)),
  row('move', 3, movedKeys, { action: ACTION.MOVE }),
  row('persist', 2, ONE_KEY, common),
  row('pexpire', -3, ONE_KEY, timed(1, true)),
  row('pexpireat', -3, ONE_KEY, { ...copy, ...timed(1, false) }),
  row('rename', 3, renamedKeys, { ...copy, withoutOwn: renamedAway, crossing: RENAMED }),
  row('renamenx', 3, renamedKeys, { withoutOwn: renamedAway, crossing: RENAMED }),
  row('restore', -4, ONE_KEY_OVERWRITTEN, { ...common, ...restores }),
  row('restore-asking', -4, ONE_KEY_OVERWRITTEN, restores),
  row('sort', -2, sortKeys, { ...gathers, onCluster: sortOnCluster }),
  row('touch', -2, KEYS_READ, apart(1)),
  row('unlink', -2, KEYS_OVERWRITTEN, { older: older.OLDER_UNLINK, ...apart(1) }),
];

const LISTS: readonly CommandRow[] = [
  row('blmove', 6, TWO_KEYS, { ...asOthers, ...taken(3, 4) }),
  row('blmpop', -5, countedKeys(2), asOthers),
  row('blpop', -3, places(1, -2, Infinity, 0)),
  row('brpop', -3, places(1, -2, Infinity, 0)),
  row('brpoplpush', 4, TWO_KEYS, taken()),
  row('linsert', 5, ONE_KEY),
  row('lmove', 5, TWO_KEYS, { older: older.OLDER_LMOVE, ...taken(3, 4) }),
  row('lmpop', -4, countedKeys(1), asOthers),
  row('lpop', -2, ONE_KEY, { ...common, older: older.OLDER_LPOP }),
  row('lpush', -3, ONE_KEY, listed(1)),
  row('lpushx', -3, ONE_KEY, listed(1)),
  row('lrem', 4, ONE_KEY),
  row('lset', 4, ONE_KEY),
  row('ltrim', 4, ONE_KEY, common),
  row('rpop', -2, ONE_KEY, { older: older.OLDER_RPOP }),
  row('rpoplpush', 3, TWO_KEYS, taken()),
  row('rpush', -3, ONE_KEY, { ...copy, ...listed(1) }),
  row('rpushx', -3, ONE_KEY, listed(1)),
];

const HASHES: readonly CommandRow[] = [
  row('hdel', -3, ONE_KEY, { ...common, ...listed(1) }),
  row('hexpire', -6, ONE_KEY, timed(1000, true, 'fields')),
  row('hexpireat', -6, ONE_KEY, timed(1000, false, 'fields')),
  row('hgetdel', -5, ONE_KEY, asOthers),
  row('hgetex', -5, ONE_KEY, FIELD_OPTION),
  row('hincrby', 4, ONE_KEY),
  row('hincrbyfloat', 4, ONE_KEY),
  row('hmset', -4, ONE_KEY, { step: 2, ...listed(2) }),
  row('hpersist', -5, ONE_KEY),
  row('hpexpire', -6, ONE_KEY, timed(1, true, 'fields')),
  row('hpexpireat', -6, ONE_KEY, timed(1, false, 'fields')),
  row('hset', -4, ONE_KEY, { ...common, step: 2, ...listed(2), older: older.OLDER_HSET }),
  row('hsetex', -6, ONE_KEY, FIELD_OPTION),
  row('hsetnx', 4, ONE_KEY),
];

const SETS: readonly CommandRow[] = [
  row('sadd', -3, ONE_KEY, { ...copy, ...listed(1) }),
  row('sdiffstore', -3, STORED, gathersTold),
  row('sinterstore', -3, STORED, gathersTold),
  row('smove', 4, TWO_KEYS, { withoutOwn: memberMoved, crossing: APART }),
  row('spop', -2, ONE_KEY),
  row('srem', -3, ONE_KEY, { ...common, ...listed(1) }),
  row('sunionstore', -3, STORED, gathersTold),
];

const SORTED_SETS: readonly CommandRow[] = [
  row('bzmpop', -5, countedKeys(2), asOthers),
  row('bzpopmax', -3, places(1, -2, Infinity, 0)),
  row('bzpopmin', -3, places(1, -2, Infinity, 0)),
  row('geoadd', -5, ONE_KEY, listedBehind(/^(nx|xx|ch)$/i, 3)),
  row('georadius', -6, geoKeys(6), gathers),
  row('georadiusbymember', -5, geoKeys(5), gathers),
  row('geosearchstore', -8, STORED_FROM_ONE, gathers),
  row('zadd', -4, ONE_KEY, {
    ...copy,
    ...listedBehind(/^(nx|xx|gt|lt|ch|incr)$/i, 2),
    older: older.OLDER_ZADD,
  }),
  row('zdiffstore', -4, storedFromCounted, gathersTold),
  row('zincrby', 4, ONE_KEY),
  row('zinterstore', -4, storedFromCounted, gathersTold),
  row('zmpop', -4, countedKeys(1), asOthers),
  row('zpopmax', -2, ONE_KEY, { older: older.OLDER_ZPOPMAX }),
  row('zpopmin', -2, ONE_KEY, { older: older.OLDER_ZPOPMIN }),
  row('zrangestore', -5, STORED_FROM_ONE, gathers),
  row('zrem', -3, ONE_KEY, { ...common, ...listed(1) }),
  row('zremrangebylex', 4, ONE_KEY),
  row('zremrangebyrank', 4, ONE_KEY),
  row('zremrangebyscore', 4, ONE_KEY),
  row('zunionstore', -4, storedFromCounted, gathersTold),
];

const STREAMS: readonly CommandRow[] = [
  row('xack', -4, ONE_KEY, listed(1, 3)),
  row('xackdel', -6, ONE_KEY),
  row('xadd', -5, ONE_KEY, { older: older.OLDER_XADD }),
  row('xautoclaim', -6, ONE_KEY, asOthers),
  row('xclaim', -6, ONE_KEY),
  row('xdel', -3, ONE_KEY, listed(1)),
  row('xdelex', -5, ONE_KEY),
  row('xgroup', -2, places(2, 2, 1, 0), { older: older.OLDER_XGROUP }),
  row('xreadgroup', -7, streamKeys, asOthers),
  row('xsetid', -3, ONE_KEY, { older: older.OLDER_XSETID }),
  row('xtrim', -4, ONE_KEY, { older: older.OLDER_XTRIM }),
];

/** FLUSHALL and its like touch keys that they do not name, and a script may use keys that it does not declare. */
const BEYOND_KEYS: readonly CommandRow[] = [
  row('cluster', -2, 'none', { action: ACTION.CLUSTER }),
  row('eval', -3, declaredKeys, { ...asOthers, action: ACTION.EVAL }),
  row('evalsha', -3, declaredKeys, { ...asOthers, action: ACTION.EVAL }),
  row('exec', 1, 'none', { action: ACTION.EXEC }),
  row('fcall', -3, declaredKeys, { ...asOthers, action: ACTION.EVAL }),
  row('flushall', -1, 'unknown', { ...common, most: 2, action: ACTION.FLUSHALL }),
  row('flushdb', -1, 'unknown', { ...common, most: 2, action: ACTION.FLUSHDB }),
  row('function', -2, 'none', { action: ACTION.FUNCTION }),
  row('multi', 1, 'none', { action: ACTION.MULTI }),
  row('replconf', -1, 'none', { action: ACTION.REPLCONF }),
  row('script', -2, 'none', { action: ACTION.SCRIPT, older: older.OLDER_SCRIPT }),
  row('select', 2, 'none', { action: ACTION.SELECT }),
  // A node runs it, and sends it, where all of its slots are named: it empties the node (Redis cluster.c: sflushCommand).
  row('sflush', -3, 'unknown', { action: ACTION.FLUSHDB }),
  row('swapdb', 3, 'unknown', { action: ACTION.SWAPDB }),
];

const many = (action: Action, names: string): CommandRow[] =>
  names
    .trim()
    .split(/\s+/)
    .map((name) => row(name, -1, 'none', { action }));

/**
 * `TRIMSLOTS` removes what a node holds of slots that it does not have, or has no more (`Redis cluster_asm.c: trimslotsCommand`): whoever
 * brings them looks after that.
 */
const LEFT_OUT = many(ACTION.DROP, 'ping publish spublish opinfo adminset trimslots');
const FORBIDDEN = many(
  ACTION.FORBIDDEN,
  `acl auth bgrewriteaof bgsave client config debug failover hello latency lolwut memory migrate module monitor psync
  quit replicaof reset role save shutdown slaveof slowlog subscribe psubscribe ssubscribe sync unsubscribe wait waitaof pfdebug
  pfselftest`,
);

/** Every command that a source of any version sends, and those that are never passed on. Nothing else lists commands. */
export const COMMAND_ROWS: readonly CommandRow[] = [
  ...STRINGS,
  ...ANY_KEYS,
  ...LISTS,
  ...HASHES,
  ...SETS,
  ...SORTED_SETS,
  ...STREAMS,
  ...BEYOND_KEYS,
  ...LEFT_OUT,
  ...FORBIDDEN,
];
