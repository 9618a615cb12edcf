import { Stepper } from '@mantine/core';
import type { ReactElement } from 'react';
import { STEPS } from './steps.ts';
import classes from './step.module.css';

/** All steps, with those that can be opened now. */
export const StepHeads = ({
  step,
  reachable,
  onStep,
}: {
  readonly step: number;
  readonly reachable: number;
  readonly onStep: (step: number) => void;
}): ReactElement => (
  <nav aria-label="Steps of the set-up">
    <Stepper
      active={step}
      onStepClick={onStep}
      size="xs"
      iconSize={26}
      classNames={{
        steps: classes.steps ?? '',
        step: classes.head ?? '',
        separator: classes.separator ?? '',
        stepLabel: classes.label ?? '',
      }}
    >
      {STEPS.map(({ title }, index) => (
        <Stepper.Step
          key={title}
          label={title}
          allowStepSelect={index <= reachable}
          disabled={index > reachable}
          aria-current={index === step ? 'step' : undefined}
        />
      ))}
    </Stepper>
  </nav>
);
