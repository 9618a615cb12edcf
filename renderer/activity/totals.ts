import { SPELL_KINDS, type Spell, type SpellKind } from './spell.ts';

export interface KindTotal {
  readonly kind: SpellKind;
  readonly count: number;
  /** How long altogether; what is beside something else counts for itself. */
  readonly lengthMs: number;
}

/** How often and how long there was each kind, in the order in which they are named; those that there were. */
export function totalsOf(spells: readonly Spell[]): readonly KindTotal[] {
  return SPELL_KINDS.flatMap((kind) => {
    const those = spells.filter((spell) => spell.kind === kind);
    const lengthMs = those.reduce((sum, { fromMs, toMs }) => sum + toMs - fromMs, 0);
    return those.length === 0 ? [] : [{ kind, count: those.length, lengthMs }];
  });
}
