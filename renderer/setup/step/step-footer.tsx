import { Button } from '@mantine/core';
import { ArrowLeft, ArrowRight } from 'lucide-react';
import type { ReactElement, ReactNode } from 'react';
import { STEPS } from './steps.ts';
import classes from './step.module.css';

/** The way back at the left, the way on at the right, with what there is to say about it. */
export const StepFooter = ({
  onBack,
  children,
}: {
  readonly onBack: (() => void) | null;
  readonly children: ReactNode;
}): ReactElement => (
  <footer className={classes.footer}>
    {onBack && (
      <Button size="sm" leftSection={<ArrowLeft size={15} aria-hidden />} onClick={onBack}>
        Back
      </Button>
    )}
    <div className={classes.on}>{children}</div>
  </footer>
);

/** Leads to the next step. `blocked` says why there is no way on; the button can be reached and says it, too. */
export const NextButton = ({
  step,
  blocked,
}: {
  readonly step: number;
  readonly blocked: string | null;
}): ReactElement => (
  <>
    <span className={classes.blocked} id="setup-blocked">
      {blocked}
    </span>
    <Button
      type="submit"
      size="sm"
      variant="filled"
      rightSection={<ArrowRight size={15} aria-hidden />}
      {...(blocked !== null && {
        'aria-disabled': true,
        'data-disabled': true,
        'aria-describedby': 'setup-blocked',
      })}
    >
      Next: {STEPS[step + 1]!.title}
    </Button>
  </>
);
