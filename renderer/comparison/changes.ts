import type { CompareReport, Difference } from '../../shared/model/comparison.ts';

/** What has changed from one comparison to a later one. */
export interface Changes {
  /** Keys that differ now and did not then. */
  readonly fresh: readonly Difference[];
  /** Keys that differed then and do not now, as they were told then. */
  readonly gone: readonly Difference[];
  readonly still: number;
  /** Both lists were whole, so the figures are exact. */
  readonly exact: boolean;
}

const idOf = ({ db, key }: Difference): string => `${db} ${key}`;
const isWhole = ({ differences, differencesTotal }: CompareReport): boolean =>
  differences.length === differencesTotal;

export function changesBetween(before: CompareReport, now: CompareReport): Changes {
  const then = new Set(before.differences.map(idOf));
  const today = new Set(now.differences.map(idOf));
  const fresh = now.differences.filter((difference) => !then.has(idOf(difference)));
  return {
    fresh,
    gone: before.differences.filter((difference) => !today.has(idOf(difference))),
    still: now.differences.length - fresh.length,
    exact: isWhole(before) && isWhole(now),
  };
}

/** Levels at which two comparisons look at the same keys in the same way. */
export const canBeCompared = (
  one: Pick<CompareReport, 'level'>,
  other: Pick<CompareReport, 'level'>,
): boolean => one.level === other.level && (one.level === 'values' || one.level === 'names');
