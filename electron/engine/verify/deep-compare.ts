import type { ValueKind } from '../protocol/rdb/types.ts';
import { compareHash } from './deep-hash.ts';
import { compareStream } from './deep-stream.ts';
import {
  compareLargeList,
  compareLargeSet,
  compareLargeString,
  compareLargeZset,
  type KeyPair,
} from './deep-values.ts';
import { dumpsProveEqual } from './dump-body.ts';
import { CHANGED_MEANWHILE, valueFinding } from './finding.ts';
import type { Finding } from '../../../shared/model/comparison.ts';
import { ChangedMeanwhile } from './side.ts';

/**
 * Compares the value of one key by typed reads in bounded chunks. `kind` is what DUMP told, or undefined to ask the servers.
 * The reads are not one atomic step: a value that changes meanwhile may give a finding, which the next reading clears.
 */
export async function compareDeep(pair: KeyPair, kind?: ValueKind): Promise<Finding | undefined> {
  try {
    if (kind !== undefined && kind !== 'module') return await compareKind(pair, kind);
    const [source, target] = (await Promise.all([
      pair.source.call('TYPE', pair.key),
      pair.target.call('TYPE', pair.key),
    ])) as [Buffer, Buffer];
    if (!source.equals(target)) return { kind: 'type', source: source.toString(), target: target.toString() };
    return await compareKind(pair, source.toString());
  } catch (error) {
    if (error instanceof ChangedMeanwhile) return CHANGED_MEANWHILE;
    throw error;
  }
}

async function compareKind(pair: KeyPair, kind: string): Promise<Finding | undefined> {
  switch (kind) {
    case 'string':
      return compareLargeString(pair);
    case 'list':
      return compareLargeList(pair);
    case 'set':
      return compareLargeSet(pair);
    case 'zset':
      return compareLargeZset(pair);
    case 'hash':
      return compareHash(pair);
    case 'stream':
      return compareStream(pair);
    case 'none':
      return CHANGED_MEANWHILE;
    default:
      return compareModuleValue(pair, kind);
  }
}

/** Nothing but DUMP reads the value of any module; it holds the whole value in memory. */
async function compareModuleValue(pair: KeyPair, type: string): Promise<Finding | undefined> {
  const [source, target] = (await Promise.all([
    pair.source.call('DUMP', pair.key),
    pair.target.call('DUMP', pair.key),
  ])) as [Buffer | null, Buffer | null];
  if (!source || !target) return CHANGED_MEANWHILE;
  return dumpsProveEqual(source, target)
    ? undefined
    : valueFinding(type, `of ${source.length} bytes`, `of ${target.length} bytes, or of another content`);
}
