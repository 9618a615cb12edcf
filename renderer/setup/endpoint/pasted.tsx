import { Button, CloseButton } from '@mantine/core';
import type { ReactElement } from 'react';
import classes from './endpoint.module.css';
import type { PasteNote } from './use-pasting.ts';

/** Says what was made of a pasted text, for as long as somebody wants to see it. */
export const Pasted = ({
  note: { kind, text, wholeAsPassword },
  onClose,
}: {
  readonly note: PasteNote;
  readonly onClose: () => void;
}): ReactElement => (
  <div className={classes.pasted} data-kind={kind}>
    <span role="status">{text}</span>
    {wholeAsPassword && (
      <Button size="compact-xs" variant="subtle" onClick={wholeAsPassword}>
        All of it is the password
      </Button>
    )}
    <CloseButton size="xs" aria-label="Close this note" onClick={onClose} />
  </div>
);
