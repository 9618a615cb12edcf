import type { SampleSize } from '../../../shared/model/comparison-choice.ts';
import type { DatabaseReport, SampleReport } from '../../../shared/model/comparison.ts';
import { proportionBound } from '../../../shared/model/proportion-bound.ts';
import type { KeyCounts } from './key-counts.ts';
import type { SideName } from './side.ts';

const CONFIDENCE = 0.99;

/** Which share of all keys a sample takes. What the servers say of their keys is near enough for that. */
export function shareOf(
  size: SampleSize,
  databases: readonly Readonly<Record<SideName, KeyCounts | undefined>>[],
): number {
  if ('share' in size) return size.share;
  const total = databases.reduce(
    (sum, { source, target }) => sum + Math.max(source?.keys ?? 0, target?.keys ?? 0),
    0,
  );
  return total === 0 ? 1 : Math.min(1, size.keys / total);
}

/** What the keys of a sample say of all. Those of the whole are no sample, and there is no doubt. */
export function sampleReport(share: number, databases: readonly DatabaseReport[]): SampleReport {
  const keys = databases.reduce((sum, one) => sum + one.sourceKeys + one.targetKeys - one.compared, 0);
  const differing = Math.min(
    keys,
    databases.reduce((sum, one) => sum + one.differing, 0),
  );
  const exactly = keys === 0 ? 0 : differing / keys;
  const bounds =
    share >= 1 ? { atLeast: exactly, atMost: exactly } : proportionBound(differing, keys, CONFIDENCE);
  return { share, keys, differing, ...bounds, confidence: share >= 1 ? 1 : CONFIDENCE };
}
