import { expiryStepWords, sizeStepWords } from '../../../shared/format/contents-words.ts';
import { formatBytes, formatCount, formatKeys } from '../../../shared/format/numbers.ts';
import type { Contents } from '../../../shared/model/contents.ts';
import { SLOT_COUNT } from '../../../shared/model/slot-ranges.ts';

/** What a side holds: a line for each way of looking at it, then its largest keys. */
export function contentsLines(side: string, contents: Contents): string[] {
  const { keys, bytes, types, encodings, expiry, withoutExpiry, sizes, largest, slots } = contents;
  const { measured, exact } = contents;
  const met = <T extends { readonly keys: number }>(
    counts: readonly T[],
    words: (count: T) => string,
  ): string =>
    counts
      .filter((count) => count.keys > 0)
      .map((count) => `${words(count)} ${formatCount(count.keys)}`)
      .join(', ');
  const expiring = met(expiry, expiryStepWords);
  return [
    `${side} holds ${formatKeys(keys)} of about ${formatBytes(bytes)}${measured ? '' : ' (guessed by lengths: the server tells no sizes)'}`,
    ...(keys === 0
      ? []
      : [
          `  Types: ${types.map((one) => `${one.type} ${formatCount(one.keys)} (${formatBytes(one.bytes)})`).join(', ')}`,
          `  Encodings: ${met(encodings, ({ type, encoding }) => `${type} as ${encoding}`)}`,
          `  Expiry: ${[`none ${formatCount(withoutExpiry)}`, ...(expiring ? [expiring] : [])].join(', ')}`,
          `  Sizes: ${met(sizes, sizeStepWords)}`,
          `  Slots: ${formatCount(slots.used)} of ${formatCount(SLOT_COUNT)} have keys; most: ${slots.fullest
            .slice(0, 3)
            .map((one) => `${one.slot} (${formatKeys(one.keys)})`)
            .join(', ')}`,
          '  Largest keys:',
          ...largest.map(
            (one) => `    ${formatBytes(one.bytes)}  ${one.type}  database ${one.db}, key ${one.key}`,
          ),
        ]),
    ...(exact ? [] : ['  Keys in slots that changed hands meanwhile are counted twice, or not at all']),
  ];
}
