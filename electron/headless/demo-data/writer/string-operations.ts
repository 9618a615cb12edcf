import { key, type Operation } from './workload.ts';

const KEYS = 400;
const LARGE_KEYS = 8;
const BITS = 8192;

export const STRING_OPERATIONS: readonly Operation[] = [
  { weight: 14, write: (w) => w.out.add('INCR', key(w, 'counter', KEYS)) },
  { weight: 3, write: (w) => w.out.add('DECRBY', key(w, 'counter', KEYS), w.random.below(100)) },
  {
    weight: 5,
    write: (w) => w.out.add('INCRBYFLOAT', key(w, 'float', KEYS), `${w.random.below(2000) / 100 - 10}`),
  },
  {
    weight: 8,
    write: (w) => {
      const text = key(w, 'text', KEYS);
      // Begun anew now and then, so that it does not grow for ever.
      if (w.random.chance(0.02)) w.out.add('SET', text, '');
      w.out.add('APPEND', text, w.random.bytes(w.random.between(1, 24)));
    },
  },
  {
    weight: 8,
    write: (w) => w.out.add('SET', key(w, 'value', KEYS), w.random.bytes(w.random.between(4, 200))),
  },
  { weight: 2, write: (w) => w.out.add('SETNX', key(w, 'value', KEYS), 'once') },
  {
    weight: 2,
    write: (w) =>
      w.out.add('MSET', key(w, 'value', KEYS), 'first', key(w, 'value', KEYS), w.random.bytes(30)),
  },
  { weight: 3, write: (w) => w.out.add('GETSET', key(w, 'value', KEYS), w.random.bytes(20)) },
  { weight: 2, needs: 'getdel', write: (w) => w.out.add('GETDEL', key(w, 'value', KEYS)) },
  {
    weight: 3,
    write: (w) => w.out.add('SETRANGE', key(w, 'value', KEYS), w.random.below(300), w.random.bytes(12)),
  },
  {
    weight: 4,
    write: (w) => w.out.add('SETBIT', key(w, 'bits', KEYS), w.random.below(BITS), w.random.below(2)),
  },
  {
    weight: 1,
    write: (w) =>
      w.out.add(
        'BITOP',
        w.random.pick(['AND', 'OR', 'XOR']),
        key(w, 'bits', KEYS),
        key(w, 'bits', KEYS),
        key(w, 'bits', KEYS),
      ),
  },
  {
    weight: 3,
    write: (w) =>
      w.out.add('PFADD', key(w, 'unique', 50), w.random.bytes(8), w.random.bytes(8), w.random.bytes(8)),
  },
  {
    weight: 1,
    write: (w) => w.out.add('PFMERGE', key(w, 'unique', 50), key(w, 'unique', 50), key(w, 'unique', 50)),
  },
];

/** Written now and then beside the rest: 64 KiB to 1 MiB. */
export const LARGE_VALUE: Operation = {
  weight: 1,
  write: (w) =>
    w.out.add('SET', key(w, 'large', LARGE_KEYS), w.random.bytes(w.random.between(64 * 1024, 1024 * 1024))),
};
