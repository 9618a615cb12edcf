import {
  CircleCheck,
  CircleCheckBig,
  CircleQuestionMark,
  CircleStop,
  CircleX,
  Copy,
  Download,
  Eraser,
  FastForward,
  Handshake,
  Hourglass,
  Pause,
  Plug,
  RotateCw,
  Square,
  Unplug,
  type LucideIcon,
} from 'lucide-react';
import type { ReactElement } from 'react';
import { STATUS_WORDS } from '../../shared/format/task-status.ts';
import { toneOf } from '../../shared/model/judgement.ts';
import type { TaskStatus } from '../../shared/model/task-status.ts';
import type { Tone } from '../../shared/model/tone.ts';
import classes from './phase-badge.module.css';

/** How each status looks, wherever it is shown. */
export const STATUS_ICONS: Readonly<Record<TaskStatus, LucideIcon>> = {
  failed: CircleX,
  retrying: Unplug,
  restarting: RotateCw,
  starting: Hourglass,
  connecting: Plug,
  asking: CircleQuestionMark,
  receiving: Download,
  'full-copy': Copy,
  clearing: Eraser,
  'catching-up': FastForward,
  partial: Unplug,
  unheard: CircleQuestionMark,
  differs: CircleX,
  'in-step': CircleCheck,
  pausing: Pause,
  paused: Pause,
  stopping: CircleStop,
  releasing: Handshake,
  stopped: Square,
  completed: CircleCheckBig,
};

export interface StatusBadgeProps {
  readonly status: TaskStatus;
  /** As the task was judged (judgement.ts); left out, that of the status by itself. */
  readonly tone?: Tone;
}

/** One word, one icon and one colour for how a task is. */
export function StatusBadge({ status, tone = toneOf(status) }: StatusBadgeProps): ReactElement {
  const Icon = STATUS_ICONS[status];
  return (
    <span className={classes.badge} data-tone={tone} data-status={status}>
      <Icon size={13} strokeWidth={2.2} aria-hidden />
      {STATUS_WORDS[status]}
    </span>
  );
}
