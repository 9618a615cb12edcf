/** The few keys of the mixed set that dwarf the rest; a full copy has to take these in pieces. */
import type { Word } from './command-buffer.ts';
import type { KeyContext, KeyKind } from './key-kind.ts';
import { writeEntries, writeGroup } from './mixed-streams.ts';

const ELEMENTS_PER_COMMAND = 100;
const STRING_BYTES = 2 * 1024 * 1024;

/** One collection, filled by commands of 100 elements each. */
function collection(
  command: string,
  name: string,
  element: (context: KeyContext, i: number) => Word[],
): KeyKind {
  const write = (context: KeyContext): Word => {
    const key = `${name}:${context.id}`;
    for (let at = 0; at < context.elements; at += ELEMENTS_PER_COMMAND) {
      const words: Word[] = [command, key];
      const end = Math.min(context.elements, at + ELEMENTS_PER_COMMAND);
      for (let i = at; i < end; i++) words.push(...element(context, i));
      context.out.addAll(words);
    }
    return key;
  };
  return { weight: 1, write };
}

function string({ out, random, id }: KeyContext): Word {
  const key = `large:string:${id}`;
  out.add('SET', key, random.bytes(STRING_BYTES));
  return key;
}

function compressible({ out, elements, id }: KeyContext): Word {
  const key = `large:text:${id}`;
  out.add('SET', key, 'all work and no play '.repeat(elements));
  return key;
}

function stream(context: KeyContext): Word {
  const key = `large:stream:${context.id}`;
  const entries = context.elements >> 2;
  writeEntries(context, key, entries);
  writeGroup(context, key, 'readers', entries);
  writeGroup(context, key, 'auditors', entries);
  return key;
}

export const LARGE_KEYS: readonly KeyKind[] = [
  { weight: 1, write: string },
  { weight: 1, write: compressible },
  collection('RPUSH', 'large:list', ({ random }) => [random.bytes(random.between(8, 40))]),
  collection('SADD', 'large:set', (_, i) => [`member-${i}`]),
  collection('SADD', 'large:intset', (_, i) => [i * 3]),
  collection('ZADD', 'large:zset', ({ random }, i) => [String(random.uint32() / 7), `member-${i}`]),
  collection('HMSET', 'large:hash', ({ random }, i) => [`field-${i}`, random.bytes(random.between(4, 30))]),
  collection('HMSET', 'large:hash:text', ({ random }, i) => [`field-${i}`, `value ${random.below(50)}`]),
  { weight: 1, needs: 'streams', write: stream },
];
