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
import { STATUS_WORDS, taskStatus, type TaskStatus } from '../../shared/format/task-status.ts';
import type { TaskView } from '../../shared/model/task-view.ts';
import type { Tone } from './notice-box.tsx';
import classes from './phase-badge.module.css';

interface Look {
  readonly tone: Tone;
  readonly icon: LucideIcon;
}

/** How each status looks, wherever it is shown. */
export const STATUS_LOOKS: Readonly<Record<TaskStatus, Look>> = {
  failed: { tone: 'bad', icon: CircleX },
  retrying: { tone: 'warn', icon: Unplug },
  restarting: { tone: 'warn', icon: RotateCw },
  starting: { tone: 'work', icon: Hourglass },
  connecting: { tone: 'work', icon: Plug },
  asking: { tone: 'warn', icon: CircleQuestionMark },
  receiving: { tone: 'work', icon: Download },
  'full-copy': { tone: 'work', icon: Copy },
  clearing: { tone: 'work', icon: Eraser },
  'catching-up': { tone: 'work', icon: FastForward },
  partial: { tone: 'warn', icon: Unplug },
  'in-step': { tone: 'good', icon: CircleCheck },
  paused: { tone: 'calm', icon: Pause },
  stopping: { tone: 'calm', icon: CircleStop },
  releasing: { tone: 'work', icon: Handshake },
  stopped: { tone: 'calm', icon: Square },
  completed: { tone: 'good', icon: CircleCheckBig },
};

/** One word, one icon and one colour for what a task is doing. */
export function StatusBadge({ status }: { readonly status: TaskStatus }): ReactElement {
  const { tone, icon: Icon } = STATUS_LOOKS[status];
  return (
    <span className={classes.badge} data-tone={tone} data-status={status}>
      <Icon size={13} strokeWidth={2.2} aria-hidden />
      {STATUS_WORDS[status]}
    </span>
  );
}

export const PhaseBadge = ({
  task,
}: {
  readonly task: Pick<TaskView, 'state' | 'phase' | 'trouble'>;
}): ReactElement => <StatusBadge status={taskStatus(task)} />;
