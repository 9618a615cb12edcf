import { Alert } from '@mantine/core';
import { CircleCheck, CircleX, Info, TriangleAlert, type LucideIcon } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import type { Tone } from '../../shared/model/tone.ts';
import classes from './notice-box.module.css';

const ICONS: Readonly<Record<Tone, LucideIcon>> = {
  good: CircleCheck,
  work: Info,
  calm: Info,
  warn: TriangleAlert,
  bad: CircleX,
};

export interface NoticeBoxProps {
  readonly tone: Tone;
  readonly title?: string;
  readonly children?: ReactNode;
  /** Shows a button that calls it. */
  readonly onClose?: () => void;
  /** `alert` is read out at once; `status` when there is time. */
  readonly role?: 'alert' | 'status' | 'note';
}

/** A box that tells something in plain words. */
export function NoticeBox({ tone, title, children, onClose, role = 'note' }: NoticeBoxProps): ReactElement {
  const Icon = ICONS[tone];
  return (
    <Alert
      role={role}
      className={classes[tone] ?? ''}
      classNames={{
        title: classes.title ?? '',
        message: classes.message ?? '',
        icon: classes.icon ?? '',
      }}
      icon={<Icon size={18} aria-hidden />}
      title={title}
      withCloseButton={onClose !== undefined}
      closeButtonLabel={title === undefined ? 'Close' : `Close: ${title}`}
      {...(onClose && { onClose })}
    >
      {children}
    </Alert>
  );
}
