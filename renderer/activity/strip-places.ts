import type { Spell, SpellKind } from './spell.ts';

/** Part of the strip's length, from 0 to 1. */
export interface Placed {
  readonly spell: Spell;
  readonly from: number;
  readonly to: number;
}

export interface PlacedMark {
  /** At least one, in the order of time. */
  readonly spells: readonly Spell[];
  readonly at: number;
}

/** The time that a strip shows. */
export interface StripTime {
  readonly fromMs: number;
  readonly toMs: number;
}

/** However brief, a band is that wide: nothing is too short to be seen. */
const LEAST_SHARE = 0.004;
/** Marks closer than this would cover one another; they become one. */
const MARK_SHARE = 0.014;

/** From what matters least down to what must not be covered. */
const ORDER: readonly SpellKind[] = [
  'stopped',
  'unrecorded',
  'in-step',
  'changing',
  'catching-up',
  'comparison',
  'fault',
  'copy',
  'paused',
  'recopy',
  'differs',
  'outage',
  'failed',
];

export const shareOf = ({ fromMs, toMs }: StripTime, atMs: number): number =>
  toMs <= fromMs ? 0 : Math.min(1, Math.max(0, (atMs - fromMs) / (toMs - fromMs)));

export const timeAt = ({ fromMs, toMs }: StripTime, share: number): number =>
  Math.round(fromMs + Math.min(1, Math.max(0, share)) * (toMs - fromMs));

/** Bands to scale, in the order in which they are drawn: a brief outage lies above the long time in step that it is within. */
export function placeBands(spells: readonly Spell[], time: StripTime): readonly Placed[] {
  return spells
    .filter(({ fromMs, toMs }) => toMs >= time.fromMs && fromMs <= time.toMs)
    .map((spell) => placed(spell, time))
    .toSorted((a, b) => ORDER.indexOf(a.spell.kind) - ORDER.indexOf(b.spell.kind));
}

function placed(spell: Spell, time: StripTime): Placed {
  const from = shareOf(time, spell.fromMs);
  const to = shareOf(time, spell.toMs);
  if (to - from >= LEAST_SHARE) return { spell, from, to };
  const begin = Math.min(from, 1 - LEAST_SHARE);
  return { spell, from: begin, to: begin + LEAST_SHARE };
}

/** Marks at the beginnings of what is to be marked; those that would cover one another stand together. */
export function placeMarks(spells: readonly Spell[], time: StripTime): readonly PlacedMark[] {
  const marks: { spells: Spell[]; at: number }[] = [];
  const within = spells.filter(({ fromMs, toMs }) => toMs >= time.fromMs && fromMs <= time.toMs);
  for (const spell of within.toSorted((a, b) => a.fromMs - b.fromMs)) {
    const at = shareOf(time, spell.fromMs);
    const before = marks.at(-1);
    if (before && at - before.at < MARK_SHARE) before.spells.push(spell);
    else marks.push({ spells: [spell], at });
  }
  return marks;
}

/** What must not be overlooked has a mark as well as its band. */
const MARKED: ReadonlySet<SpellKind> = new Set<SpellKind>([
  'copy',
  'recopy',
  'paused',
  'outage',
  'differs',
  'failed',
  'comparison',
  'fault',
]);

export const isMarked = ({ kind }: Spell): boolean => MARKED.has(kind);

/** Of those that stand together the one that matters most gives the mark its look. */
export const foremost = (spells: readonly Spell[]): Spell =>
  spells.reduce((most, spell) => (ORDER.indexOf(spell.kind) > ORDER.indexOf(most.kind) ? spell : most));
