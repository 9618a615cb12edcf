import { Modal } from '@mantine/core';
import type { ReactElement, ReactNode } from 'react';
import classes from './dialog.module.css';

export interface DialogProps {
  readonly opened: boolean;
  /** Escape, or a click beside the dialog. */
  readonly onClose: () => void;
  readonly title: ReactNode;
  readonly children: ReactNode;
  readonly size?: 'sm' | 'md' | 'lg' | 'xl' | 'wide';
  /** False leaves it to the caller where the focus goes afterwards. */
  readonly returnFocus?: boolean;
  /** Asked by what another dialog does, which it lies on. */
  readonly above?: boolean;
}

const Z_ABOVE = 300;

/**
 * A dialog in the middle of the window. What carries `data-autofocus` gets the focus. It is made of Mantine's parts, but
 * its head is no `<header>`, which would be a second banner of the page to a screen reader.
 */
export const Dialog = ({
  opened,
  onClose,
  title,
  children,
  size = 'md',
  returnFocus = true,
  above = false,
}: DialogProps): ReactElement => (
  // The lock of the page's scrolling would move the bar at the top, and needs a style element of its own.
  <Modal.Root
    opened={opened}
    onClose={onClose}
    size={size === 'wide' ? 'min(72rem, 96vw)' : size}
    centered
    returnFocus={returnFocus}
    lockScroll={false}
    {...(above && { zIndex: Z_ABOVE })}
  >
    <Modal.Overlay />
    <Modal.Content radius="md">
      <div className={classes.head}>
        <Modal.Title className={classes.title}>{title}</Modal.Title>
      </div>
      <Modal.Body className={classes.body}>{children}</Modal.Body>
    </Modal.Content>
  </Modal.Root>
);
