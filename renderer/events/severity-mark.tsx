import { CircleCheck, CircleX, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactElement } from 'react';
import type { EventSeverity } from '../../shared/model/task-event.ts';
import type { Tone } from '../../shared/model/tone.ts';
import classes from './events.module.css';

export const SEVERITY_WORDS: Readonly<Record<EventSeverity, string>> = {
  info: 'Info',
  success: 'Success',
  warning: 'Warning',
  error: 'Error',
};
const LOOKS: Readonly<Record<EventSeverity, { readonly tone: Tone; readonly icon: LucideIcon }>> = {
  info: { tone: 'calm', icon: Info },
  success: { tone: 'good', icon: CircleCheck },
  warning: { tone: 'warn', icon: TriangleAlert },
  error: { tone: 'bad', icon: CircleX },
};

/** How much an event matters: by its icon, its colour, and its word. */
export function SeverityMark({ severity }: { readonly severity: EventSeverity }): ReactElement {
  const { tone, icon: Icon } = LOOKS[severity];
  return (
    <span className={classes.severity} data-tone={tone}>
      <Icon size={14} aria-hidden />
      {SEVERITY_WORDS[severity]}
    </span>
  );
}
