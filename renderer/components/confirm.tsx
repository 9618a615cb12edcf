import { Button, Group } from '@mantine/core';
import { createContext, useCallback, useContext, useState, type ReactElement, type ReactNode } from 'react';
import { Dialog } from './dialog.tsx';
import { focusAgain } from './focus-again.ts';

export interface Question {
  /** `Delete the task “Orders to Frankfurt”?` */
  readonly title: string;
  /** What will be gone afterwards, by its name, and what stays. */
  readonly body: ReactNode;
  /** What the button does: `Delete the task`. */
  readonly confirm: string;
  /** Something is destroyed: the button is red. */
  readonly danger?: boolean;
  /** Gets the focus afterwards, where what has it now will be gone, such as an item of a menu. */
  readonly returnFocusTo?: HTMLElement | null;
}

type Ask = (question: Question) => Promise<boolean>;

const ConfirmContext = createContext<Ask | null>(null);

interface Open extends Question {
  readonly answer: (yes: boolean) => void;
  readonly asker: Element | null;
}

/** Holds the one dialog that `useConfirm` opens. */
export function ConfirmProvider({ children }: { readonly children: ReactNode }): ReactElement {
  const [open, setOpen] = useState<Open | null>(null);
  // The text stays while the dialog fades out.
  const [opened, setOpened] = useState(false);
  const ask = useCallback<Ask>(
    (question) =>
      new Promise((resolve) => {
        setOpen({ ...question, answer: resolve, asker: question.returnFocusTo ?? document.activeElement });
        setOpened(true);
      }),
    [],
  );
  const close = (yes: boolean): void => {
    open?.answer(yes);
    setOpened(false);
    focusAgain(open?.asker);
  };
  return (
    <ConfirmContext value={ask}>
      {children}
      <Dialog opened={opened} onClose={() => close(false)} title={open?.title} returnFocus={false} above>
        {open?.body}
        <Group justify="flex-end" mt="lg">
          <Button data-autofocus onClick={() => close(false)}>
            Cancel
          </Button>
          <Button variant="filled" {...(open?.danger && { color: 'red.9' })} onClick={() => close(true)}>
            {open?.confirm}
          </Button>
        </Group>
      </Dialog>
    </ConfirmContext>
  );
}

/** Asks before something is done that cannot be undone. The focus stands on Cancel, and Escape cancels. */
export function useConfirm(): Ask {
  const ask = useContext(ConfirmContext);
  if (!ask) throw new Error('There is no ConfirmProvider above this component.');
  return ask;
}
