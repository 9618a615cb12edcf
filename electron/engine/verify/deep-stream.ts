import { chunkElements, onBoth, type KeyPair } from './deep-values.ts';
import { quoted, valueFinding } from './finding.ts';
import { compareGroups } from './stream-groups.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import { fieldMap, nextStreamId, onBothSubcommand } from './stream-replies.ts';

type Entry = [id: Buffer, fieldsAndValues: Buffer[] | null];

/** What XINFO STREAM tells besides the entries. The last two are known since 7.0 and compared where both sides know them. */
const HEAD_FIELDS = ['length', 'last-generated-id', 'max-deleted-entry-id', 'entries-added'];

/** Compares a stream: its counters, its entries in order, then its groups with consumers and pending entries. */
export async function compareStream(pair: KeyPair): Promise<Finding | undefined> {
  const [source, target] = await onBothSubcommand(pair, 'XINFO', 'STREAM');
  const a = fieldMap(source);
  const b = fieldMap(target);
  for (const field of HEAD_FIELDS) {
    const x = a.get(field);
    const y = b.get(field);
    if (x === undefined || y === undefined || String(x) === String(y)) continue;
    return valueFinding(`${field}:`, x, y);
  }
  return (await compareEntries(pair, Number(a.get('length')))) ?? compareGroups(pair);
}

async function compareEntries(pair: KeyPair, length: number): Promise<Finding | undefined> {
  const step = chunkElements(pair.bytes, length);
  let from = '-';
  for (;;) {
    const [source, target] = (await onBoth(pair, 'XRANGE', from, '+', 'COUNT', step)) as [Entry[], Entry[]];
    const shared = Math.min(source.length, target.length);
    for (let i = 0; i < shared; i++) {
      const finding = compareEntry(source[i]!, target[i]!);
      if (finding) return finding;
    }
    if (source.length !== target.length) {
      return valueFinding(`entries from ${from} on:`, source.length, target.length);
    }
    if (source.length < step) return undefined;
    from = nextStreamId(source.at(-1)![0].toString());
  }
}

function compareEntry(source: Entry, target: Entry): Finding | undefined {
  if (!source[0].equals(target[0])) return valueFinding('entry', source[0], target[0]);
  const a = source[1] ?? [];
  const b = target[1] ?? [];
  const what = `entry ${source[0].toString()}:`;
  for (let i = 0; i < Math.max(a.length, b.length); i++) {
    if (!a[i] || !b[i] || !a[i]!.equals(b[i]!)) return valueFinding(what, quoted(a[i]), quoted(b[i]));
  }
  return undefined;
}
