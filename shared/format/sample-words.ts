import type { SampleReport } from '../model/comparison.ts';
import { formatCount, formatKeys } from './numbers.ts';

/**
 * What a sample says of all keys: `No difference in 20,000 keys that chance has chosen: at most 0.024 % of all keys differ, 99 % sure`.
 * A share is rounded away from what was found, so that it never claims too much.
 */
export function describeSample({
  share,
  keys,
  differing,
  atLeast,
  atMost,
  confidence,
}: SampleReport): string {
  const found = differing === 0 ? 'No difference' : formatDifferences(differing);
  if (share >= 1) return `${found} in ${formatKeys(keys)}, which is all of them`;
  if (keys === 0) return 'No key was in the sample, so it says nothing: take a larger one';
  const most = percentUp(atMost);
  const within = differing === 0 ? `at most ${most}` : `${percentDown(atLeast)} to ${most}`;
  return `${found} in ${formatKeys(keys)} that chance has chosen: ${within} of all keys differ, ${confidence * 100} % sure`;
}

const formatDifferences = (count: number): string =>
  `${formatCount(count)} ${count === 1 ? 'difference' : 'differences'}`;

const percentUp = (share: number): string => percentWith(share, Math.ceil);
const percentDown = (share: number): string => percentWith(share, Math.floor);

/** With two digits that count. */
function percentWith(share: number, round: (value: number) => number): string {
  if (share <= 0 || share >= 1) return share <= 0 ? '0 %' : '100 %';
  // What is a whole number of such digits but for the last bits of a double is one.
  const percent = Number((share * 100).toPrecision(12));
  const digits = Math.max(0, 1 - Math.floor(Math.log10(percent)));
  const scale = 10 ** digits;
  const value = round(Number((percent * scale).toPrecision(12))) / scale;
  return `${value.toFixed(digits)} %`;
}
