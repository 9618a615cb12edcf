import { CircleCheck, CircleX, Clock, Copy, History, Info, MoveRight, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { driftFigure, SAYING_WORDS } from '../../shared/format/drift-words.ts';
import { formatAge } from '../../shared/format/times.ts';
import type { DriftSaying } from '../../shared/model/drift-saying.ts';
import type { Judgement } from '../../shared/model/judgement.ts';
import classes from './drift-figure.module.css';

const ICONS: Readonly<Record<DriftSaying, LucideIcon>> = {
  unknown: Info,
  none: CircleCheck,
  expiry: Clock,
  'in-flight': MoveRight,
  lasting: Info,
  copying: Copy,
  waiting: Clock,
  'held-up': Clock,
  old: History,
  'left-equal': History,
  'left-different': History,
  'own-keys': Info,
  evicted: CircleX,
  found: CircleX,
  real: CircleX,
};

/** The difference of the keys that do not expire, and what it means. */
export function DriftFigure({ judgement: { drift, ages } }: { readonly judgement: Judgement }): ReactElement {
  const { saying, tone } = drift;
  if (saying === 'unknown' || drift.difference === null)
    return <span className={classes.unknown}>{SAYING_WORDS.unknown.brief}</span>;
  const Icon = ICONS[saying];
  return (
    <span className={classes.drift}>
      <span className={classes.count} data-tone={tone}>
        <Icon size={13} aria-hidden />
        {driftFigure(drift)}
      </span>
      <span className={classes.words}>
        {saying === 'old' ? formatAge(ages.counts.forMs) : SAYING_WORDS[saying].brief}
      </span>
    </span>
  );
}
