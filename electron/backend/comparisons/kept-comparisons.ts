import path from 'node:path';
import { comparisonStateSchema, type ComparisonState } from '../../../shared/contract/api.ts';
import {
  keptComparisonSchema,
  MOST_KEPT_COMPARISONS,
  type KeptComparison,
} from '../../../shared/model/kept-comparison.ts';
import { KeptFiles } from '../stores/kept-files.ts';

/** A result that is larger is not kept: names of keys may be of any length. */
const MOST_BYTES = 16 * 1024 ** 2;
/** Addresses of eight Sentinels are the longest in the first line. */
const HEAD_BYTES = 16 * 1024;

/** Results of comparisons on disk. Of values nothing is kept, of keys that differ their names. */
export class KeptComparisons {
  private readonly files: KeptFiles<KeptComparison, ComparisonState>;

  constructor(dataDir: string, mostBytes = MOST_BYTES) {
    this.files = new KeptFiles({
      folder: path.join(dataDir, 'comparisons'),
      headSchema: keptComparisonSchema,
      bodySchema: comparisonStateSchema,
      headBytes: HEAD_BYTES,
      mostBytes,
      most: MOST_KEPT_COMPARISONS,
    });
  }

  /** The newest one first. A file that cannot be read is left out. */
  list(ownerId: string): KeptComparison[] {
    return this.files.list(ownerId);
  }

  /** undefined where there is none, or it cannot be read any more. */
  read(ownerId: string, startedAtMs: number): ComparisonState | undefined {
    const state = this.files.read(ownerId, startedAtMs);
    return state?.ownerId === ownerId ? state : undefined;
  }

  /** @returns false for what is too large. @throws when the folder cannot be written */
  add(state: ComparisonState): boolean {
    const { report, ownerId, startedAtMs, endedAtMs, between } = state;
    if (!report || !between || startedAtMs === null || endedAtMs === null) return false;
    const differences = report.differences.map((difference) => ({ ...difference, source: '', target: '' }));
    const kept: ComparisonState = { ...state, restored: true, report: { ...report, differences } };
    const sum = (of: 'sourceKeys' | 'targetKeys'): number =>
      report.databases.reduce((total, database) => total + database[of], 0);
    const head: KeptComparison = {
      ...{ startedAtMs, endedAtMs, level: report.level, equal: report.equal },
      ...{ differencesTotal: report.differencesTotal, between },
      ...{ sourceKeys: sum('sourceKeys'), targetKeys: sum('targetKeys') },
    };
    return this.files.add(ownerId, startedAtMs, head, kept);
  }

  forget(ownerId: string): void {
    this.files.forget(ownerId);
  }

  /** Forgets those of every other owner. */
  retain(isKnown: (ownerId: string) => boolean): void {
    this.files.retain(isKnown);
  }
}
