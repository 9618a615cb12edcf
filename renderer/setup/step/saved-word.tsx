import { Button } from '@mantine/core';
import { useEffect, useState, type ReactElement } from 'react';
import { useStore } from 'zustand';
import { useSetup } from '../draft/use-setup.ts';
import classes from './step.module.css';

/** A save that takes less than this is not worth a word. */
const SHOW_SAVING_AFTER_MS = 1200;

const WORDS = { saved: 'Draft saved', saving: 'Saving …', failed: 'Not saved' } as const;

/** Whether what was made so far is stored. */
export function SavedWord(): ReactElement {
  const { session } = useSetup();
  const saving = useStore(session.store, (state) => state.saving);
  const [shown, setShown] = useState(saving);
  useEffect(() => {
    const timer = setTimeout(() => setShown(saving), saving === 'saving' ? SHOW_SAVING_AFTER_MS : 0);
    return () => clearTimeout(timer);
  }, [saving]);
  return (
    <span className={classes.saved} data-state={shown}>
      <span role="status">{WORDS[shown]}</span>
      {shown === 'failed' && (
        // A failure is shown again where it was.
        <Button size="compact-xs" onClick={() => void session.flush().catch(() => undefined)}>
          Save now
        </Button>
      )}
    </span>
  );
}
