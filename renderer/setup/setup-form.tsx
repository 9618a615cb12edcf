import { useEffect, useRef, type FormEvent, type ReactElement } from 'react';
import { FormProvider } from 'react-hook-form';
import { useStore } from 'zustand';
import type { Draft } from '../../shared/model/profile.ts';
import { FaultAlert } from '../components/fault-alert.tsx';
import { usePrecheckGate } from '../precheck/use-prechecks.ts';
import { asFault } from '../state/fault.ts';
import { SetupContext, useNewSetup } from './draft/use-setup.ts';
import { HowStep } from './how/how-step.tsx';
import { PrecheckStep } from '../precheck/precheck-step.tsx';
import { ServersStep } from './servers/servers-step.tsx';
import { SetupHead } from './setup-head.tsx';
import { addressOf } from '../../shared/model/server-address.ts';
import { StartStep } from './start/start-step.tsx';
import { NextButton, StepFooter } from './step/step-footer.tsx';
import { StepHeads } from './step/step-heads.tsx';
import { LAST_STEP, PRECHECK_STEP, STEPS } from './step/steps.ts';
import { useSteps } from './step/use-steps.ts';
import { WhatStep } from './what/what-step.tsx';
import classes from './setup.module.css';

/** The steps of one set-up, over one form. */
export function SetupForm({ draft }: { readonly draft: Draft }): ReactElement {
  const setup = useNewSetup(draft);
  const targets = setup.form.watch('targets');
  const gate = usePrecheckGate(
    draft.id,
    targets.map(({ id }) => id),
  );
  const steps = useSteps(setup, draft, gate.blocked === null);
  const { step } = steps;
  const saving = useStore(setup.session.store);
  const heading = useRef<HTMLHeadingElement>(null);
  const opened = useRef(step);
  useEffect(() => {
    if (opened.current !== step && steps.focus === null) heading.current?.focus();
    opened.current = step;
  }, [step, steps.focus]);

  const submit = (event: FormEvent): void => {
    event.preventDefault();
    if (step < LAST_STEP) void steps.goTo(step + 1);
  };

  const back = (): void => void steps.goTo(step - 1);

  return (
    <SetupContext value={setup}>
      <FormProvider {...setup.form}>
        <div className={classes.page}>
          <SetupHead draftId={draft.id} />
          <StepHeads step={step} reachable={steps.reachable} onStep={(to) => void steps.goTo(to)} />
          <form onSubmit={submit} noValidate autoComplete="off" className={classes.form}>
            <h2 ref={heading} tabIndex={-1} className={classes.heading}>
              <span className={classes.hidden}>
                Step {step + 1} of {STEPS.length}:{' '}
              </span>
              {STEPS[step]!.heading}
            </h2>
            {step === 0 && <ServersStep shown={steps.focus?.targetId ?? null} />}
            {step === 1 && <WhatStep />}
            {step === 2 && <HowStep />}
            {step === PRECHECK_STEP && (
              <PrecheckStep
                draftId={draft.id}
                targets={targets.map((target) => ({ id: target.id, address: addressOf(target) }))}
                gate={gate}
              />
            )}
            {step === LAST_STEP && (
              <StartStep draftId={draft.id} gate={gate} onEdit={(to) => void steps.goTo(to)} onBack={back} />
            )}
            {saving.saving === 'failed' && <FaultAlert fault={asFault(saving.failure)} />}
            {step < LAST_STEP && (
              <StepFooter onBack={step === 0 ? null : back}>
                <NextButton step={step} blocked={step === PRECHECK_STEP ? gate.blocked : null} />
              </StepFooter>
            )}
          </form>
        </div>
      </FormProvider>
    </SetupContext>
  );
}
