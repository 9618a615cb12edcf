import { SLOT_BANDS, type BothContents, type Contents } from '../model/contents.ts';
import { SLOT_COUNT } from '../model/slot-ranges.ts';
import { expiryStepWords, sizeStepWords } from './contents-words.ts';

/** One step of a chart: what each side has of it. */
export interface Bar {
  readonly name: string;
  readonly source: number;
  readonly target: number;
}

const zipped = (
  { source, target }: BothContents,
  of: (contents: Contents) => readonly (readonly [name: string, figure: number])[],
): Bar[] => {
  const there = of(target);
  return of(source).map(([name, figure], i) => ({ name, source: figure, target: there[i]?.[1] ?? 0 }));
};

/** What the keys of each type take, most first, on whichever side. */
export function typeBars({ source, target }: BothContents): Bar[] {
  const names = new Set([...source.types, ...target.types].map(({ type }) => type));
  const bytesOf = ({ types }: Contents, name: string): number =>
    types.find(({ type }) => type === name)?.bytes ?? 0;
  return [...names]
    .map((name) => ({ name, source: bytesOf(source, name), target: bytesOf(target, name) }))
    .toSorted((a, b) => Math.max(b.source, b.target) - Math.max(a.source, a.target));
}

/** How soon keys expire, and how many do not. */
export const expiryBars = (both: BothContents): Bar[] =>
  zipped(both, ({ expiry, withoutExpiry }) => [
    ...expiry.map((step) => [expiryStepWords(step), step.keys] as const),
    ['no expiry', withoutExpiry],
  ]);

export const sizeBars = (both: BothContents): Bar[] =>
  zipped(both, ({ sizes }) => sizes.map((step) => [sizeStepWords(step), step.keys] as const));

/** As many as can be told apart in a chart. */
const DRAWN_BANDS = 32;

/** Keys by their slots, in bands of the same width. */
export const slotBars = (both: BothContents): Bar[] =>
  zipped(both, ({ slots }) => {
    const together = SLOT_BANDS / DRAWN_BANDS;
    const width = SLOT_COUNT / DRAWN_BANDS;
    return Array.from({ length: DRAWN_BANDS }, (_, band) => {
      const its = slots.bands.slice(band * together, (band + 1) * together);
      const keys = its.reduce((sum, count) => sum + count, 0);
      return [`${band * width}-${(band + 1) * width - 1}`, keys] as const;
    });
  });

/** How values are kept: most keys first, on whichever side. */
export function encodingRows({ source, target }: BothContents): Bar[] {
  const rows = new Map<string, { name: string; source: number; target: number }>();
  for (const [side, { encodings }] of [
    ['source', source],
    ['target', target],
  ] as const)
    for (const { type, encoding, keys } of encodings) {
      const name = `${type}, ${encoding}`;
      const row = rows.get(name) ?? { name, source: 0, target: 0 };
      row[side] = keys;
      rows.set(name, row);
    }
  return [...rows.values()].toSorted((a, b) => Math.max(b.source, b.target) - Math.max(a.source, a.target));
}
