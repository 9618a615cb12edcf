import { useMemo } from 'react';
import type { ShownActivity } from '../activity/shown-activity.ts';
import type { Spell } from '../activity/spell.ts';
import { isMarked } from '../activity/strip-places.ts';

/** What charts mark behind their lines: the same array as long as nothing of it is another. */
export function useSpells(activity: ShownActivity | undefined): readonly Spell[] {
  const all = activity ? [...activity.bands, ...activity.comparisons, ...activity.faults] : [];
  const text = JSON.stringify(all.filter(isMarked));
  return useMemo(() => JSON.parse(text) as readonly Spell[], [text]);
}
