import { comparePage, type PageResult } from './page-comparer.ts';
import { keyCommand, PageRequest } from './page-reader.ts';
import type { Side, SideName } from './side.ts';

const EXISTS = keyCommand('EXISTS', undefined);

export interface LookedFor {
  readonly missing: readonly Buffer[];
  /** What a closer look found of those that are missing; undefined where none is. */
  readonly looked: PageResult | undefined;
}

/** Looks for keys of the other side on this one; of those that it lacks both sides are read. */
export const missingOn =
  (name: SideName) =>
  async (source: Side, target: Side, keys: readonly Buffer[], atOnce: number): Promise<LookedFor> => {
    const missing = await missingFrom(name === 'source' ? source : target, keys);
    const looked = missing.length === 0 ? undefined : await comparePage(source, target, missing, atOnce);
    return { missing, looked };
  };

/** Those of the keys that the side does not hold. One command for all, and one each where some are missing (or before 3.0.3). */
async function missingFrom(side: Side, keys: readonly Buffer[]): Promise<Buffer[]> {
  if (side.abilities.multiExists) {
    const all = new PageRequest();
    all.addWithAll('EXISTS', keys);
    const [found] = await side.read(all);
    if (found instanceof Error) throw side.coded(found);
    if (found === keys.length) return [];
  }
  const request = new PageRequest();
  for (const key of keys) request.add(EXISTS, key);
  const replies = await side.read(request);
  return keys.filter((_, i) => {
    if (replies[i] instanceof Error) throw side.coded(replies[i]);
    return replies[i] !== 1;
  });
}
