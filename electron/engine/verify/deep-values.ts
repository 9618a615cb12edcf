/** Values too large to be read whole: each is read in chunks, so that memory stays bounded by the chunk. */
import { countFinding, quoted, valueFinding } from './finding.ts';
import type { Reply } from './page-reader.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import { compareLists, parseScore } from './small-values.ts';
import type { Side } from './side.ts';

/** One key on both sides. `bytes` is the memory that the larger of the two takes. */
export interface KeyPair {
  readonly source: Side;
  readonly target: Side;
  readonly key: Buffer;
  readonly bytes: number;
}

const CHUNK_BYTES = 1024 * 1024;
const CHUNK_ELEMENTS = 1000;

/** How many elements to read at a time, judged by their average size. */
export function chunkElements(bytes: number, elements: number): number {
  const average = Math.max(1, bytes / Math.max(1, elements));
  return Math.max(1, Math.min(CHUNK_ELEMENTS, Math.floor(CHUNK_BYTES / average)));
}

/** The same command on both sides at once. */
export function onBoth(
  pair: KeyPair,
  command: string,
  ...args: (string | number | Buffer)[]
): Promise<[Reply, Reply]> {
  return Promise.all([
    pair.source.call(command, pair.key, ...args),
    pair.target.call(command, pair.key, ...args),
  ]);
}

/** The replies of SSCAN, HSCAN or ZSCAN, chunk by chunk. */
export async function* scanElements(
  side: Side,
  command: string,
  key: Buffer,
  count: number,
): AsyncGenerator<Buffer[]> {
  let cursor = '0';
  do {
    const reply = (await side.call(command, key, cursor, 'COUNT', count)) as [Buffer, Buffer[]];
    cursor = reply[0].toString();
    if (reply[1].length > 0) yield reply[1];
  } while (cursor !== '0');
}

export async function compareLargeString(pair: KeyPair): Promise<Finding | undefined> {
  const [source, target] = (await onBoth(pair, 'STRLEN')) as [number, number];
  if (source !== target) return countFinding('byte', source, target);
  for (let at = 0; at < source; at += CHUNK_BYTES) {
    const [a, b] = (await onBoth(pair, 'GETRANGE', at, at + CHUNK_BYTES - 1)) as [Buffer, Buffer];
    if (a.equals(b)) continue;
    let i = 0;
    while (i < a.length && a[i] === b[i]) i += 1;
    return valueFinding(`at byte ${at + i}:`, quoted(a.subarray(i)), quoted(b.subarray(i)));
  }
  return undefined;
}

export async function compareLargeList(pair: KeyPair): Promise<Finding | undefined> {
  const [source, target] = (await onBoth(pair, 'LLEN')) as [number, number];
  if (source !== target) return countFinding('element', source, target);
  const step = chunkElements(pair.bytes, source);
  for (let at = 0; at < source; at += step) {
    const [a, b] = (await onBoth(pair, 'LRANGE', at, at + step - 1)) as [Buffer[], Buffer[]];
    const finding = compareLists(a, b, at);
    if (finding) return finding;
  }
  return undefined;
}

/** Of two sets of the same size, the one is the other when it holds all its members. */
export async function compareLargeSet(pair: KeyPair): Promise<Finding | undefined> {
  const [source, target] = (await onBoth(pair, 'SCARD')) as [number, number];
  if (source !== target) return countFinding('member', source, target);
  for await (const members of scanElements(
    pair.source,
    'SSCAN',
    pair.key,
    chunkElements(pair.bytes, source),
  )) {
    const present = await lookUp(pair.target, 'SMISMEMBER', 'SISMEMBER', pair.key, members);
    const at = present.indexOf(0);
    if (at >= 0) return valueFinding(`member ${quoted(members[at])}:`, 'present', 'absent');
  }
  return undefined;
}

export async function compareLargeZset(pair: KeyPair): Promise<Finding | undefined> {
  const [source, target] = (await onBoth(pair, 'ZCARD')) as [number, number];
  if (source !== target) return countFinding('member', source, target);
  for await (const flat of scanElements(pair.source, 'ZSCAN', pair.key, chunkElements(pair.bytes, source))) {
    const members = flat.filter((_, i) => i % 2 === 0);
    const scores = (await lookUp(pair.target, 'ZMSCORE', 'ZSCORE', pair.key, members)) as (Buffer | null)[];
    for (let i = 0; i < members.length; i++) {
      const score = flat[2 * i + 1]!;
      const other = scores[i];
      if (other && parseScore(other) === parseScore(score)) continue;
      return valueFinding(
        `score of ${quoted(members[i])}:`,
        score.toString(),
        other ? other.toString() : 'absent',
      );
    }
  }
  return undefined;
}

/** Asks for many members by the one command for many, or, on servers before 6.2, by one command each. */
async function lookUp(
  side: Side,
  many: string,
  one: string,
  key: Buffer,
  members: Buffer[],
): Promise<Reply[]> {
  if (side.abilities.multiMembership) return (await side.call(many, key, ...members)) as Reply[];
  return Promise.all(members.map((member) => side.call(one, key, member)));
}
