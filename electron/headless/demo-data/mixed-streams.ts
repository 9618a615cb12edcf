import type { Word } from './command-buffer.ts';
import type { KeyContext } from './key-kind.ts';

/** The time part of the first stream id: a fixed one, so that the same seed gives the same stream. */
const FIRST_MS = 1_700_000_000_000;

/** A stream of a few entries, mostly with groups, consumers and pending entries. */
export function writeStream(context: KeyContext): Word {
  const { out, random, id } = context;
  const key = `events:${id}`;
  const entries = random.between(1, 12);
  writeEntries(context, key, entries);
  if (random.chance(0.2)) out.add('XDEL', key, entryId(random.below(entries)));
  for (let g = random.below(3); g > 0; g--) writeGroup(context, key, `group-${g}`, entries);
  return key;
}

export function writeEntries({ out, random }: KeyContext, key: string, entries: number): void {
  for (let i = 0; i < entries; i++) {
    out.add(
      'XADD',
      key,
      entryId(i),
      'kind',
      random.pick(['view', 'click', 'buy']),
      'payload',
      random.bytes(random.below(60)),
    );
  }
}

/** A group that has delivered some of the entries to two consumers; some of those are acknowledged. */
export function writeGroup({ out, random }: KeyContext, key: string, group: string, entries: number): void {
  out.add('XGROUP', 'CREATE', key, group, '0');
  for (const consumer of ['worker-1', 'worker-2']) {
    const count = Math.max(1, random.below(entries));
    out.add('XREADGROUP', 'GROUP', group, consumer, 'COUNT', count, 'STREAMS', key, '>');
  }
  const words: Word[] = ['XACK', key, group];
  for (let i = 0; i < 3; i++) words.push(entryId(random.below(entries)));
  out.addAll(words);
}

function entryId(index: number): string {
  return `${FIRST_MS + index * 7}-${index % 3}`;
}
