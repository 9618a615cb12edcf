import type { CompareReport } from '../model/comparison.ts';
import { formatCount } from './numbers.ts';

/** What a comparison did not look at, and what it takes for absent: one line for a person. */
export function describeLeftOut({ leftOut }: CompareReport): string {
  const { databases, ownKeys, functions, slots } = leftOut;
  const own = (['source', 'target'] as const).filter((side) => ownKeys[side] > 0);
  const parts = [
    ...own.map((side) => `${formatCount(ownKeys[side])} of the tool's own keys (lockstep:…) on the ${side}`),
    ...(databases.length === 0
      ? []
      : [`${databases.length === 1 ? 'database' : 'databases'} ${databases.join(', ')} (not chosen)`]),
    ...(slots.length === 0
      ? []
      : [
          `keys that may have been on the way in ${formatCount(slots.length)} ${slots.length === 1 ? 'slot' : 'slots'} (they changed hands again and again: compare again when the reshard is done)`,
        ]),
    ...(functions ? [] : ['function libraries (a server knows none)']),
  ];
  const what = parts.length === 0 ? '' : `Left out: ${parts.join('; ')}. `;
  return `${what}A key whose expiry has passed counts as absent. Users, settings and idle times are no data, and are not compared.`;
}
