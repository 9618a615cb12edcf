import type { ComparisonState } from '../../../../shared/contract/api.ts';
import type {
  CompareReport,
  Difference,
  DifferenceKind,
  ShardReport,
} from '../../../../shared/model/comparison.ts';
import { MINUTE_MS } from '../fixtures.ts';

const FOUND: readonly (readonly [DifferenceKind, string, string])[] = [
  ['missing-on-target', 'string, 128 bytes', 'not there'],
  ['missing-on-source', 'not there', 'hash, 12 fields'],
  ['value', 'list, 40 elements; element 17: "paid"', 'list, 40 elements; element 17: "open"'],
  ['ttl', 'expires in 59 min 12 s', 'does not expire'],
  ['type', 'zset', 'string'],
];

export const differences = (count: number): Difference[] =>
  Array.from({ length: count }, (_, index) => {
    const [kind, source, target] = FOUND[index % FOUND.length] ?? ['value', '', ''];
    const key =
      index === 3
        ? `=HYPERLINK("https://example.org","${'long-'.repeat(40)}")`
        : index === 4
          ? 'session:\\xff\\x00:"quoted", with a comma'
          : `order:${100_000 + index * 37}:state`;
    return { kind, source, target, db: index % 3, key };
  });

export function report(count: number): CompareReport {
  const listed = differences(Math.min(count, 1000));
  return {
    level: 'values',
    equal: count === 0,
    differences: listed,
    differencesTotal: count,
    leftOut: { databases: [], ownKeys: { source: 0, target: 2 }, functions: true, slots: [] },
    shards: { source: [], target: [] },
    durationMs: 754_000,
    databases: [0, 1, 2].map((db) => ({
      db,
      sourceKeys: 6_137_068 - db,
      targetKeys: 6_137_068,
      compared: 6_137_060,
      differing: listed.filter((difference) => difference.db === db).length,
    })),
  };
}

/** A cluster of three shards. */
export const shards = (): ShardReport[] =>
  ['0-5460', '5461-10922', '10923-16383'].map((slots, i) => ({
    ...{ primary: `10.0.0.${5 + i}:6379`, slots, slotCount: i === 1 ? 5462 : 5461 },
    ...{ sourceKeys: 2_045_689, targetKeys: 2_045_688, compared: 2_045_687, differing: 10 + i },
  }));

export const comparison = (ownerId: string, change: Partial<ComparisonState>): ComparisonState => ({
  ownerId,
  status: 'done',
  choice: { level: 'values' },
  between: { source: '10.0.0.5:6379', target: '10.0.0.9:6379' },
  startedAtMs: Date.now() - 14 * MINUTE_MS,
  endedAtMs: Date.now() - 90_000,
  progress: null,
  report: null,
  fault: null,
  restored: false,
  ...change,
});
