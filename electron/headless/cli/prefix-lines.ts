import { formatBytes, formatCount, formatKeys } from '../../../shared/format/numbers.ts';
import type { PrefixCounts, PrefixReport } from '../../../shared/model/comparison.ts';

const MOST_LINES = 20;
const HOW = {
  missing: 'missing on the target',
  extra: 'on the target alone',
  value: 'of another value',
  type: 'of another type',
  expiry: 'of another expiry',
} as const;
type How = keyof typeof HOW;
const EACH = Object.keys(HOW) as How[];

const differing = (counts: PrefixCounts): number => EACH.reduce((sum, how) => sum + counts[how], 0);

/**
 * Where keys differ, by what their names begin with: a line for each of the shortest prefixes, those that differ most first, and in its
 * place the longer one that all of its differences lie in, if there is one.
 */
export function prefixLines({ delimiters, prefixes, unlistedKeys, exact }: PrefixReport): string[] {
  if (prefixes.length === 0) return [];
  const told = prefixes
    .flatMap((counts, at) => (counts.depth === 1 ? [narrowed(prefixes, at)] : []))
    .filter((counts) => differing(counts) > 0)
    .toSorted((a, b) => differing(b) - differing(a));
  const several = delimiters.length > 1;
  const lines = told.slice(0, MOST_LINES).map((counts) => `  ${describePrefix(counts, several)}`);
  const more = told.length - lines.length;
  return [
    told.length > 0 ? 'By prefix, most differences first:' : 'By prefix: none has keys that differ',
    ...lines,
    ...(more > 0 ? [`  … and ${formatCount(more)} more prefixes with keys that differ`] : []),
    ...memoryLines(prefixes, several),
    ...delimiters.flatMap(({ db, delimiter }) =>
      delimiter === null ? [`  Nothing divides the names in database ${db}`] : [],
    ),
    ...(unlistedKeys > 0
      ? [`  ${formatCount(unlistedKeys)} keys count for a shorter prefix than their own`]
      : []),
    ...(exact
      ? []
      : ['  Keys in slots that changed hands meanwhile are counted twice; their differences are not']),
  ];
}

/** The prefix at this place, or the longest part of it in which all of its differences lie. */
function narrowed(prefixes: readonly PrefixCounts[], at: number): PrefixCounts {
  const whole = prefixes[at]!;
  let found = whole;
  // Its parts stand behind it.
  for (
    let i = at + 1;
    i < prefixes.length && prefixes[i]!.depth > whole.depth && prefixes[i]!.db === whole.db;
    i++
  )
    if (prefixes[i]!.depth > found.depth && differing(prefixes[i]!) === differing(whole))
      found = prefixes[i]!;
  return found;
}

function describePrefix(counts: PrefixCounts, several: boolean): string {
  const { db, prefix, sourceKeys, targetKeys } = counts;
  const ways = EACH.flatMap((how) => (counts[how] > 0 ? [`${formatCount(counts[how])} ${HOW[how]}`] : []));
  const where = several ? ` in database ${db}` : '';
  return `${prefix}${where}  ${formatKeys(sourceKeys)} on the source, ${formatCount(targetKeys)} on the target; ${ways.join(', ')}`;
}

/** What keys take: a line for each of the shortest prefixes, largest first. */
function memoryLines(prefixes: readonly PrefixCounts[], several: boolean): string[] {
  const sized = prefixes.filter(({ depth, bytes }) => depth === 1 && bytes !== undefined);
  if (sized.length === 0) return [];
  const largest = sized.toSorted((a, b) => b.bytes! - a.bytes!);
  const told = largest.slice(0, MOST_LINES);
  const more = largest.length - told.length;
  return [
    'By memory, about, largest first:',
    ...told.map(({ db, prefix, sourceKeys, extra, bytes, sizedKeys }) => {
      const keys = formatKeys(sourceKeys + extra);
      const where = several ? ` in database ${db}` : '';
      return `  ${prefix}${where}  ${formatBytes(bytes!)} for ${keys}, of which ${formatCount(sizedKeys!)} were measured`;
    }),
    ...(more > 0 ? [`  … and ${formatCount(more)} more prefixes`] : []),
  ];
}
