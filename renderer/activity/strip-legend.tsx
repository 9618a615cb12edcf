import type { ReactElement } from 'react';
import { formatCount, formatDuration } from '../../shared/format/numbers.ts';
import classes from './activity-strip.module.css';
import { KIND_ICONS, KIND_WORDS } from './kind-looks.ts';
import type { Spell } from './spell.ts';
import { totalsOf, type KindTotal } from './totals.ts';

/** What the bands and marks mean, how often there was each of them, and for how long. */
export const StripLegend = ({ spells }: { readonly spells: readonly Spell[] }): ReactElement => (
  <ul className={classes.legend} aria-label="Altogether">
    {totalsOf(spells).map((total) => (
      <LegendItem key={total.kind} {...total} />
    ))}
  </ul>
);

function LegendItem({ kind, count, lengthMs }: KindTotal): ReactElement {
  const Icon = KIND_ICONS[kind];
  return (
    <li className={classes.legendItem} data-kind={kind}>
      {kind !== 'fault' && <span className={classes.swatch} data-kind={kind} aria-hidden="true" />}
      {Icon && <Icon size={12} aria-hidden className={classes.legendIcon} />}
      <span>{KIND_WORDS[kind]}</span>
      <span className={classes.total}>
        {count > 1 && `${formatCount(count)} × `}
        {kind !== 'fault' && formatDuration(lengthMs)}
      </span>
    </li>
  );
}
