/** The kinds of ordinary keys of the mixed set, one function each: it writes the key and returns its name. */
import type { Word } from './command-buffer.ts';
import type { KeyContext, KeyKind } from './key-kind.ts';
import type { Random } from './random.ts';
import { writeStream } from './mixed-streams.ts';

const WORDS =
  'north south east west amber cobalt olive crimson quick brown paper copper river stone cloud lamp'.split(
    ' ',
  );
const STATES = ['new', 'paid', 'sent', 'returned'];

function string({ out, random, id }: KeyContext): Word {
  const key = `session:${id}`;
  out.add('SET', key, random.bytes(random.between(8, 200)));
  return key;
}

function integer({ out, random, id }: KeyContext): Word {
  const key = `counter:${id}`;
  out.add('SET', key, random.chance(0.1) ? random.uint32() * 100_000 : random.below(10_000));
  return key;
}

/** Text that a snapshot compresses. */
function text({ out, random, id }: KeyContext): Word {
  const key = `page:${id}`;
  out.add('SET', key, `<li>${random.pick(WORDS)} ${random.pick(WORDS)}</li>`.repeat(random.between(5, 60)));
  return key;
}

/** Neither the key nor the value is text. */
function binary({ out, random, id }: KeyContext): Word {
  const noise = random.bytes(random.between(1, 24));
  const key = Buffer.concat([Buffer.from([0, 0xff, 0x0d, 0x0a]), noise, Buffer.from(id)]);
  out.add('SET', key, random.bytes(random.between(0, 64)));
  return key;
}

function list({ out, random, id }: KeyContext): Word {
  const key = `queue:${id}`;
  const words: Word[] = ['RPUSH', key];
  for (let i = random.between(1, 30); i > 0; i--)
    words.push(random.chance(0.3) ? random.below(1000) : random.bytes(random.between(4, 40)));
  out.addAll(words);
  return key;
}

/** Integers only: an intset. */
function integerSet({ out, random, id }: KeyContext): Word {
  const key = `followers:${id}`;
  const words: Word[] = ['SADD', key];
  for (let i = random.between(1, 40); i > 0; i--) words.push(random.below(1_000_000));
  out.addAll(words);
  return key;
}

function textSet({ out, random, id }: KeyContext): Word {
  const key = `tags:${id}`;
  const words: Word[] = ['SADD', key];
  for (let i = random.between(1, 12); i > 0; i--) words.push(`${random.pick(WORDS)}-${random.below(500)}`);
  out.addAll(words);
  return key;
}

/** More members than a compact encoding takes: a hash table. */
function tableSet({ out, random, id }: KeyContext): Word {
  const key = `visitors:${id}`;
  const words: Word[] = ['SADD', key];
  for (let i = random.between(130, 250); i > 0; i--) words.push(`visitor-${random.below(1_000_000)}`);
  out.addAll(words);
  return key;
}

function sortedSet({ out, random, id }: KeyContext): Word {
  const key = `scores:${id}`;
  const words: Word[] = ['ZADD', key];
  for (let i = random.between(1, 20); i > 0; i--)
    words.push(score(random), `player-${random.below(100_000)}`);
  out.addAll(words);
  return key;
}

/** More members than a compact encoding takes: a skip list. */
function tableSortedSet({ out, random, id }: KeyContext): Word {
  const key = `ranking:${id}`;
  const words: Word[] = ['ZADD', key];
  for (let i = random.between(130, 200); i > 0; i--)
    words.push(score(random), `player-${random.below(1_000_000)}`);
  out.addAll(words);
  return key;
}

function score(random: Random): string {
  const draw = random.below(20);
  if (draw === 0) return random.pick(['-inf', '+inf']);
  if (draw < 8) return String(random.uint32() / 1000 - 1_000_000);
  return draw === 8 ? `${random.uint32()}e-${random.between(1, 200)}` : String(random.below(10_000));
}

function hash({ out, random, id, abilities }: KeyContext): Word {
  const key = `order:${id}`;
  const user = random.below(100_000);
  out.add(
    'HMSET',
    key,
    'user',
    user,
    'total',
    `${random.below(100_000) / 100}`,
    'state',
    random.pick(STATES),
    'note',
    random.bytes(random.below(50)),
  );
  if (abilities.fieldTtl && random.chance(0.2)) {
    out.add('HPEXPIRE', key, random.between(600_000, 36_000_000), 'FIELDS', 2, 'state', 'note');
  }
  return key;
}

function bitmap({ out, random, id }: KeyContext): Word {
  const key = `active:${id}`;
  for (let i = random.between(1, 6); i > 0; i--) out.add('SETBIT', key, random.below(4096), 1);
  return key;
}

function hyperLogLog({ out, random, id }: KeyContext): Word {
  const key = `unique:${id}`;
  const words: Word[] = ['PFADD', key];
  for (let i = random.between(1, 30); i > 0; i--) words.push(random.bytes(8));
  out.addAll(words);
  return key;
}

function positions({ out, random, id }: KeyContext): Word {
  const key = `shops:${id}`;
  const words: Word[] = ['GEOADD', key];
  for (let i = random.between(1, 8); i > 0; i--) {
    words.push(
      String(random.below(360_000) / 1000 - 180),
      String(random.below(170_000) / 1000 - 85),
      `shop-${random.below(10_000)}`,
    );
  }
  out.addAll(words);
  return key;
}

export const SMALL_KEYS: readonly KeyKind[] = [
  { weight: 20, write: string },
  { weight: 9, write: integer },
  { weight: 7, write: text },
  { weight: 4, write: binary },
  { weight: 10, write: list },
  { weight: 5, write: integerSet },
  { weight: 6, write: textSet },
  { weight: 1, write: tableSet },
  { weight: 8, write: sortedSet },
  { weight: 1, write: tableSortedSet },
  { weight: 19, write: hash },
  { weight: 3, write: bitmap },
  { weight: 2, write: hyperLogLog },
  { weight: 2, needs: 'geo', write: positions },
  { weight: 3, needs: 'streams', write: writeStream },
];
