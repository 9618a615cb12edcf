import type { Contents } from '../model/contents.ts';
import { formatBytes } from './numbers.ts';

const UNITS = [
  [86_400_000, 'day'],
  [3_600_000, 'h'],
  [60_000, 'min'],
] as const;

/** `within 1 h`, `within 30 days`, or `later`: when keys of a step expire. */
export function expiryStepWords({ upToMs }: Pick<Contents['expiry'][number], 'upToMs'>): string {
  if (upToMs === null) return 'later';
  const [unitMs, unit] = UNITS.find(([ms]) => upToMs >= ms) ?? UNITS[2];
  const count = upToMs / unitMs;
  return `within ${count} ${unit === 'day' && count > 1 ? 'days' : unit}`;
}

/** `up to 1 KB`, or `larger`: how large keys of a step are. */
export const sizeStepWords = ({ upToBytes }: Pick<Contents['sizes'][number], 'upToBytes'>): string =>
  upToBytes === null ? 'larger' : `up to ${formatBytes(upToBytes).replace('.0 ', ' ')}`;
