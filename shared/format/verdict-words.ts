import type { CompareReport } from '../model/comparison.ts';
import { formatCount } from './numbers.ts';

/** What a comparison has come to, for a title: it claims no more than was looked at. */
export function describeVerdict({ level, equal, differencesTotal: total }: CompareReport): string {
  if (equal) return EQUAL[level];
  if (total === 0) return 'No difference was found, and some slots did not stand still';
  const count = `${formatCount(total)} ${total === 1 ? 'difference' : 'differences'}`;
  if (level === 'count') return `At least ${count}`;
  return level === 'sample' ? `${count} in the sample` : count;
}

const EQUAL = {
  count: 'As many keys on both sides; neither names nor values were compared',
  names: 'The same names on both sides; values were not compared',
  values: 'Both sides are equal',
  sample: 'No difference in the sample',
} as const;
