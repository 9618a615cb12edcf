import { useState } from 'react';
import type { Draft } from '../../shared/model/profile.ts';
import { shownProblems } from '../setup/draft/draft-form.ts';
import { useNewSetup, type Setup } from '../setup/draft/use-setup.ts';

export interface PairForm {
  readonly setup: Setup;
  /** The fields of the servers are shown. */
  readonly entering: boolean;
  readonly enter: () => void;
  /** Stores what was entered, and shows it as a line; false where something does not fit, which is shown then. */
  readonly prepare: () => Promise<boolean>;
}

/** The set-up of two servers. `used`: something was done with them, whose result is what one looks at. */
export function usePairForm(draft: Draft, used: boolean): PairForm {
  const setup = useNewSetup(draft);
  const { form, session } = setup;
  const [open, setOpen] = useState<boolean>();
  const prepare = async (): Promise<boolean> => {
    if (!(await form.trigger())) {
      setOpen(true);
      const [first] = shownProblems(form.formState.errors);
      if (first) form.setFocus(first);
      return false;
    }
    try {
      await session.flush();
    } catch {
      // Shown below the fields.
      setOpen(true);
      return false;
    }
    setOpen(false);
    return true;
  };
  return { setup, entering: open ?? !used, enter: () => setOpen(true), prepare };
}
