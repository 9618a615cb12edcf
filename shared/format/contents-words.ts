import type { BothContents, Contents } from '../model/contents.ts';
import { SLOT_COUNT } from '../model/slot-ranges.ts';
import { formatBytes, formatCount, formatKeys } from './numbers.ts';

export const CONTENTS_SIDES = ['source', 'target'] as const;
export const SIDE_WORDS = { source: 'Source', target: 'Target' } as const;

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

/** What a side holds, in a sentence. */
export function describeSideContents(
  side: (typeof CONTENTS_SIDES)[number],
  { keys, bytes, slots, measured }: Contents,
): string {
  const [fullest] = slots.fullest;
  const most = fullest ? `, at most ${formatKeys(fullest.keys)} in one (${fullest.slot})` : '';
  const guessed = measured ? '' : ', guessed by lengths';
  return `${SIDE_WORDS[side]}: ${formatKeys(keys)} of about ${formatBytes(bytes)}${guessed}, in ${formatCount(slots.used)} of ${formatCount(SLOT_COUNT)} slots${most}.`;
}

/** What is to be known of the figures; empty where they are as exact as they look. */
export const describeInexact = ({ source, target }: BothContents): string =>
  source.exact && target.exact
    ? ''
    : 'Keys in slots that changed hands meanwhile are counted twice, or not at all.';
