import type { Spell } from './spell.ts';
import { placeBands, type PlacedMark, type StripTime } from './strip-places.ts';

/** A mark is this close to where one points. */
const NEAR_SHARE = 0.007;

/** What one points at: what stands together in a mark first, else the uppermost band, with a comparison that runs beside it. */
export function spellsNear(
  spells: readonly Spell[],
  marks: readonly PlacedMark[],
  time: StripTime,
  share: number,
): readonly Spell[] {
  const mark = marks.find(({ at }) => Math.abs(at - share) <= NEAR_SHARE);
  if (mark) return mark.spells;
  const under = (those: readonly Spell[]): Spell | undefined =>
    placeBands(those, time).findLast(({ from, to }) => from <= share && share <= to)?.spell;
  const band = under(spells.filter(({ kind }) => kind !== 'comparison' && kind !== 'fault'));
  const comparison = under(spells.filter(({ kind }) => kind === 'comparison'));
  return [band, comparison].filter((spell) => spell !== undefined);
}
