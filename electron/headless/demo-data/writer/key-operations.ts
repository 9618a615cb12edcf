import { key, type Operation, type Workload } from './workload.ts';

const KEYS = 100;
const SHORTEST_TTL_MS = 1000;
const LONGEST_TTL_MS = 20_000;

const session = (w: Workload): string => key(w, 'session', KEYS);
const ttlMs = (w: Workload): number => w.random.between(SHORTEST_TTL_MS, LONGEST_TTL_MS);
/** A key of any kind that may go away at any time. */
const anyKey = (w: Workload): string =>
  key(w, w.random.pick(['list', 'set', 'zset', 'hash', 'value', 'text']), 200);

const EFFECTS = `redis.call('INCR', KEYS[1])
redis.call('RPUSH', KEYS[2], ARGV[1])
redis.call('LTRIM', KEYS[2], -30, -1)
redis.call('HSET', KEYS[3], 'last', ARGV[1])
return redis.call('LLEN', KEYS[2])`;

const EXPIRY: readonly Operation[] = [
  { weight: 5, write: (w) => w.out.add('SETEX', session(w), w.random.between(1, 20), w.random.bytes(30)) },
  { weight: 4, write: (w) => w.out.add('SET', session(w), w.random.bytes(30), 'PX', ttlMs(w)) },
  { weight: 3, write: (w) => w.out.add('EXPIRE', session(w), w.random.between(1, 20)) },
  { weight: 2, write: (w) => w.out.add('PEXPIRE', anyKey(w), ttlMs(w)) },
  { weight: 2, write: (w) => w.out.add('PEXPIREAT', session(w), w.nowMs + ttlMs(w)) },
  { weight: 2, write: (w) => w.out.add('PERSIST', session(w)) },
];

const WHOLE_KEYS: readonly Operation[] = [
  { weight: 3, write: (w) => w.out.add('DEL', anyKey(w)) },
  { weight: 2, needs: 'unlink', write: (w) => w.out.add('UNLINK', anyKey(w), anyKey(w)) },
  {
    weight: 2,
    write: (w) => {
      // RENAME fails without its key.
      const from = key(w, 'draft', KEYS);
      w.out.add('SET', from, w.random.bytes(20));
      w.out.add('RENAME', from, key(w, 'renamed', KEYS));
    },
  },
  { weight: 2, needs: 'copy', write: (w) => w.out.add('COPY', anyKey(w), key(w, 'copy', KEYS), 'REPLACE') },
];

const BETWEEN_DATABASES: readonly Operation[] = [
  {
    weight: 1,
    needs: 'copy',
    write: (w) => w.out.add('COPY', anyKey(w), key(w, 'copy', KEYS), 'DB', otherDatabase(w), 'REPLACE'),
  },
  {
    weight: 2,
    write: (w) => {
      const traveller = key(w, 'traveller', KEYS);
      w.out.add('SET', traveller, w.random.bytes(20));
      w.out.add('MOVE', traveller, otherDatabase(w));
    },
  },
];

const UNITS: readonly Operation[] = [
  {
    weight: 3,
    write: (w) =>
      w.out.add(
        'EVAL',
        EFFECTS,
        '3',
        key(w, 'runs', 20),
        key(w, 'trail', 20),
        key(w, 'state', 20),
        w.random.below(1000),
      ),
  },
  { weight: 4, write: writeTransaction },
];

function writeTransaction(w: Workload): void {
  w.out.add('MULTI');
  w.out.add('INCR', key(w, 'counter', 400));
  w.out.add('LPUSH', key(w, 'list', 200), 'in a transaction');
  w.out.add('HMSET', key(w, 'hash', 200), 'field-1', w.random.bytes(10));
  if (w.random.chance(0.5)) w.out.add('ZADD', key(w, 'zset', 200), w.random.below(100), 'member-1');
  if (w.random.chance(0.3)) w.out.add('SETEX', session(w), w.random.between(1, 20), 'in a transaction');
  if (w.random.chance(0.1)) w.out.add('DEL', anyKey(w));
  w.out.add('EXEC');
}

function otherDatabase(w: Workload): number {
  return w.random.pick(w.databases.filter((db) => db !== w.db));
}

export function keyOperations(databases: readonly number[]): Operation[] {
  return [...EXPIRY, ...WHOLE_KEYS, ...(databases.length > 1 ? BETWEEN_DATABASES : []), ...UNITS];
}
