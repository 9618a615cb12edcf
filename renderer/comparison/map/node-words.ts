import { formatBytes, formatCount, formatKeys } from '../../../shared/format/numbers.ts';
import { cutMiddle } from '../../components/cut-middle.ts';
import type { MapArea } from './map-area.ts';
import { DIFFERING, differingOf, keysOf, type Differing, type PrefixNode } from './prefix-nodes.ts';

export const HOW_WORDS: Readonly<Record<Differing, string>> = {
  missing: 'Missing on the target',
  extra: 'On the target alone',
  value: 'Other value',
  type: 'Other type',
  expiry: 'Other expiry',
};

/** `−7 +4 ≠6`: what the target lacks, what it alone has, and what is not the same; empty where nothing differs. */
export function shortDifference({ counts }: Pick<PrefixNode, 'counts'>): string {
  const unlike = counts.value + counts.type + counts.expiry;
  return [
    ...(counts.missing > 0 ? [`−${formatCount(counts.missing)}`] : []),
    ...(counts.extra > 0 ? [`+${formatCount(counts.extra)}`] : []),
    ...(unlike > 0 ? [`≠${formatCount(unlike)}`] : []),
  ].join(' ');
}

/** The whole of it in a sentence, for a title and for those who do not see the map. */
export function describeNode(node: PrefixNode): string {
  const { label, counts } = node;
  const ways = DIFFERING.flatMap((how) =>
    counts[how] > 0 ? [`${formatCount(counts[how])} ${HOW_WORDS[how].toLowerCase()}`] : [],
  );
  const keys = `${formatKeys(counts.sourceKeys)} on the source, ${formatCount(counts.targetKeys)} on the target${memoryWords(node)}`;
  return `${label} has ${keys}; ${differingOf(counts) === 0 ? 'no difference' : ways.join(', ')}`;
}

/** `, about 2.7 MB (200 of 3,000 keys measured)`; empty where it was not measured. */
function memoryWords({ counts }: PrefixNode): string {
  const { bytes, sizedKeys = 0 } = counts;
  if (bytes === undefined) return '';
  const keys = keysOf(counts);
  const some = sizedKeys < keys ? ` (${formatCount(sizedKeys)} of ${formatKeys(keys)} measured)` : '';
  return `, about ${formatBytes(bytes)}${some}`;
}

/** What stands below the name in a cell, as far as it has room: with areas as memory first how much. Empty where nothing fits. */
export function figuresOf(node: PrefixNode, area: MapArea, most: number): string {
  const { bytes } = node.counts;
  const memory = area === 'memory' && bytes !== undefined ? formatBytes(bytes) : '';
  const both = [memory, shortDifference(node)].filter((text) => text !== '').join('  ');
  return [both, memory].find((text) => text.length <= most) ?? '';
}

const LEAST_SHOWN = 4;

/** As much of a label as has room. Empty where hardly anything would be left. */
export function fitted(label: string, most: number): string {
  return label.length > most && most < LEAST_SHOWN ? '' : cutMiddle(label, most);
}
