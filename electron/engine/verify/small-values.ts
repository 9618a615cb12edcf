/** Values that are small on both sides: each is read whole by one command, and compared without regard to its order. */
import type { ValueKind } from '../protocol/rdb/types.ts';
import { sameHyperLogLog } from './hyperloglog.ts';
import { CHANGED_MEANWHILE, countFinding, quoted, valueFinding } from './finding.ts';
import { keyCommand, type KeyCommand, type Reply } from './page-reader.ts';
import type { Finding } from '../../../shared/model/comparison.ts';

type SmallKind = 'string' | 'list' | 'set' | 'zset' | 'hash';

const READ: Readonly<Record<SmallKind, KeyCommand>> = {
  string: keyCommand('GET', undefined),
  list: keyCommand('LRANGE', undefined, '0', '-1'),
  set: keyCommand('SMEMBERS', undefined),
  zset: keyCommand('ZRANGE', undefined, '0', '-1', 'WITHSCORES'),
  hash: keyCommand('HGETALL', undefined),
};

/** The command that reads a small value of this kind whole; undefined for streams and modules. */
export function smallReadCommand(kind: ValueKind): KeyCommand | undefined {
  return kind in READ ? READ[kind as SmallKind] : undefined;
}

/** Compares two replies to `smallReadCommand(kind)`. */
export function compareSmall(kind: ValueKind, source: Reply, target: Reply): Finding | undefined {
  // An error is WRONGTYPE; an empty reply means that the key went away.
  if (source === null || target === null || source instanceof Error || target instanceof Error)
    return CHANGED_MEANWHILE;
  if (kind === 'string') return compareStrings(source as Buffer, target as Buffer);
  const a = source as Buffer[];
  const b = target as Buffer[];
  if (kind === 'list') return compareLists(a, b, 0);
  if (kind === 'set') return compareSets(a, b);
  return comparePairs(kind === 'zset' ? 'member' : 'field', kind === 'zset', a, b);
}

function compareStrings(source: Buffer, target: Buffer): Finding | undefined {
  if (source.equals(target) || sameHyperLogLog(source, target)) return undefined;
  if (source.length !== target.length) return countFinding('byte', source.length, target.length);
  let at = 0;
  while (source[at] === target[at]) at += 1;
  return valueFinding(`at byte ${at}:`, quoted(source.subarray(at)), quoted(target.subarray(at)));
}

/** Compares lists, or the parts of two lists that begin at index `from`. */
export function compareLists(
  source: readonly Buffer[],
  target: readonly Buffer[],
  from: number,
): Finding | undefined {
  const shared = Math.min(source.length, target.length);
  for (let i = 0; i < shared; i++) {
    if (!source[i]!.equals(target[i]!)) {
      return valueFinding(`element ${from + i}:`, quoted(source[i]), quoted(target[i]));
    }
  }
  return source.length === target.length ? undefined : countFinding('element', source.length, target.length);
}

function compareSets(source: readonly Buffer[], target: readonly Buffer[]): Finding | undefined {
  const members = new Set<string>();
  for (const member of target) members.add(member.toString('latin1'));
  for (const member of source) {
    if (!members.has(member.toString('latin1')))
      return valueFinding(`member ${quoted(member)}:`, 'present', 'absent');
  }
  return source.length === target.length ? undefined : countFinding('member', source.length, target.length);
}

/** Hashes and sorted sets, as flat lists of name and value; scores are compared as numbers. */
function comparePairs(
  what: string,
  numeric: boolean,
  source: readonly Buffer[],
  target: readonly Buffer[],
): Finding | undefined {
  const values = new Map<string, Buffer>();
  for (let i = 0; i < target.length; i += 2) values.set(target[i]!.toString('latin1'), target[i + 1]!);
  for (let i = 0; i < source.length; i += 2) {
    const value = source[i + 1]!;
    const other = values.get(source[i]!.toString('latin1'));
    const same = other && (value.equals(other) || (numeric && parseScore(value) === parseScore(other)));
    if (!same) return valueFinding(`${what} ${quoted(source[i])}:`, quoted(value), quoted(other));
  }
  return source.length === target.length
    ? undefined
    : countFinding(what, source.length / 2, target.length / 2);
}

/** The score of a sorted set member; servers print the same number in different ways. */
export function parseScore(text: Buffer): number {
  const word = text.toString('latin1');
  if (word === 'inf' || word === '+inf') return Infinity;
  return word === '-inf' ? -Infinity : Number(word);
}
