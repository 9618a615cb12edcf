import { key, type Operation, type Workload } from './workload.ts';

const KEYS = 200;
const MEMBERS = 300;
const LONGEST_LIST = 150;

const list = (w: Workload): string => key(w, 'list', KEYS);
const set = (w: Workload): string => key(w, 'set', KEYS);
const zset = (w: Workload): string => key(w, 'zset', KEYS);
const hash = (w: Workload): string => key(w, 'hash', KEYS);
/** A value of few, so that LREM and LINSERT find theirs. */
const item = (w: Workload): string => `item-${w.random.below(40)}`;
const member = (w: Workload): string => `member-${w.random.below(MEMBERS)}`;
const score = (w: Workload): string => `${w.random.below(1_000_000) / 8 - 50_000}`;

const LISTS: readonly Operation[] = [
  { weight: 8, write: (w) => w.out.add('LPUSH', list(w), item(w), w.random.bytes(w.random.between(2, 40))) },
  { weight: 8, write: (w) => w.out.add('RPUSH', list(w), item(w)) },
  { weight: 5, write: (w) => w.out.add('LPOP', list(w)) },
  { weight: 2, write: (w) => w.out.add('RPOP', list(w)) },
  { weight: 4, write: (w) => w.out.add('LTRIM', list(w), '0', LONGEST_LIST) },
  { weight: 3, write: (w) => w.out.add('RPOPLPUSH', list(w), list(w)) },
  {
    weight: 2,
    write: (w) => w.out.add('LINSERT', list(w), w.random.pick(['BEFORE', 'AFTER']), item(w), item(w)),
  },
  {
    weight: 3,
    write: (w) => {
      // LSET fails without the list.
      const name = list(w);
      w.out.add('RPUSH', name, item(w));
      w.out.add('LSET', name, w.random.pick(['0', '-1']), item(w));
    },
  },
  { weight: 2, write: (w) => w.out.add('LREM', list(w), w.random.pick(['0', '1', '-2']), item(w)) },
  {
    weight: 1,
    write: (w) => {
      const numbers = key(w, 'numbers', 20);
      w.out.add('RPUSH', numbers, w.random.below(1000), w.random.below(1000));
      w.out.add('LTRIM', numbers, '-50', '-1');
      w.out.add('SORT', numbers, 'LIMIT', '0', '20', 'STORE', key(w, 'sorted', 20));
    },
  },
];

const SETS: readonly Operation[] = [
  { weight: 8, write: (w) => w.out.add('SADD', set(w), member(w), member(w), w.random.below(1000)) },
  { weight: 4, write: (w) => w.out.add('SREM', set(w), member(w)) },
  { weight: 4, write: (w) => w.out.add('SPOP', set(w)) },
  // A count came in 3.2, as positions did.
  { weight: 1, needs: 'geo', write: (w) => w.out.add('SPOP', set(w), w.random.between(1, 5)) },
  { weight: 3, write: (w) => w.out.add('SMOVE', set(w), set(w), member(w)) },
  { weight: 1, write: (w) => w.out.add('SUNIONSTORE', key(w, 'union', 20), set(w), set(w)) },
  { weight: 1, write: (w) => w.out.add('SDIFFSTORE', key(w, 'union', 20), set(w), set(w)) },
];

const SORTED_SETS: readonly Operation[] = [
  { weight: 8, write: (w) => w.out.add('ZADD', zset(w), score(w), member(w), score(w), member(w)) },
  { weight: 5, write: (w) => w.out.add('ZINCRBY', zset(w), `${w.random.below(1000) / 16 - 20}`, member(w)) },
  { weight: 2, write: (w) => w.out.add('ZREM', zset(w), member(w)) },
  { weight: 2, write: (w) => w.out.add('ZREMRANGEBYRANK', zset(w), '0', w.random.below(3)) },
  { weight: 1, write: (w) => w.out.add('ZREMRANGEBYSCORE', zset(w), '-inf', '(-49000') },
  { weight: 1, write: (w) => w.out.add('ZUNIONSTORE', key(w, 'zunion', 20), '2', zset(w), zset(w)) },
  {
    weight: 2,
    needs: 'geo',
    write: (w) =>
      w.out.add(
        'GEOADD',
        key(w, 'places', 20),
        `${w.random.below(360_000) / 1000 - 180}`,
        `${w.random.below(170_000) / 1000 - 85}`,
        member(w),
      ),
  },
];

const HASHES: readonly Operation[] = [
  {
    weight: 9,
    write: (w) =>
      w.out.add(
        'HMSET',
        hash(w),
        `field-${w.random.below(60)}`,
        w.random.bytes(w.random.between(1, 50)),
        'at',
        w.nowMs,
      ),
  },
  {
    weight: 6,
    write: (w) => w.out.add('HINCRBY', hash(w), `count-${w.random.below(20)}`, w.random.below(10)),
  },
  { weight: 2, write: (w) => w.out.add('HINCRBYFLOAT', hash(w), `sum-${w.random.below(5)}`, '0.125') },
  {
    weight: 4,
    write: (w) => w.out.add('HDEL', hash(w), `field-${w.random.below(60)}`, `count-${w.random.below(20)}`),
  },
  {
    weight: 2,
    needs: 'fieldTtl',
    write: (w) =>
      w.out.add(
        'HPEXPIRE',
        hash(w),
        w.random.between(1000, 20_000),
        'FIELDS',
        1,
        `field-${w.random.below(60)}`,
      ),
  },
];

export const COLLECTION_OPERATIONS: readonly Operation[] = [...LISTS, ...SETS, ...SORTED_SETS, ...HASHES];
