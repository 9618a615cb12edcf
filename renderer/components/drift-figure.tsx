import { CircleCheck, CircleX, Clock, Info, MoveRight, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import { formatCount } from '../../shared/format/numbers.ts';
import type { Drift, DriftVerdict } from '../../shared/model/task-view.ts';
import type { Tone } from './notice-box.tsx';
import classes from './drift-figure.module.css';

interface Look {
  readonly tone: Tone;
  readonly icon: LucideIcon;
  readonly words: string;
}

/** How each verdict looks, wherever it is shown. */
export const DRIFT_LOOKS: Readonly<Record<Exclude<DriftVerdict, 'unknown'>, Look>> = {
  none: { tone: 'good', icon: CircleCheck, words: 'no drift' },
  expiry: { tone: 'good', icon: Clock, words: 'expiry only' },
  'in-flight': { tone: 'work', icon: MoveRight, words: 'in flight' },
  'own-keys': { tone: 'calm', icon: Info, words: 'own keys' },
  evicted: { tone: 'bad', icon: CircleX, words: 'keys evicted' },
  real: { tone: 'bad', icon: CircleX, words: 'sides differ' },
};

export interface DriftFigureProps {
  readonly drift: Drift;
  /** The task does not run any more: the figure is that of its last report. */
  readonly past?: boolean;
}

/** The difference of the keys that do not expire, and what it means now. */
export function DriftFigure({ drift, past = false }: DriftFigureProps): ReactElement {
  if (drift.verdict === 'unknown' || drift.difference === null)
    return <span className={classes.unknown}>not known</span>;
  const { tone, icon: Icon, words } = DRIFT_LOOKS[drift.verdict];
  return (
    <span className={classes.drift}>
      <span className={classes.count} data-tone={past ? 'calm' : tone}>
        <Icon size={13} aria-hidden />
        {formatCount(drift.difference)}
      </span>
      <span className={classes.words}>{past ? 'when it ended' : words}</span>
    </span>
  );
}
