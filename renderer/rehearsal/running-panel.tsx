import { Button } from '@mantine/core';
import { X } from 'lucide-react';
import type { ReactElement } from 'react';
import type { RehearsalState } from '../../shared/rehearsal/rehearsal-state.ts';
import { KIND_WORDS } from '../../shared/rehearsal/step-words.ts';
import { useConfirm } from '../components/confirm.tsx';
import { Panel } from '../components/panel.tsx';
import { useAction } from '../state/client.tsx';
import { useNow } from '../state/now.ts';
import { GateList } from './gate-list.tsx';
import { QuestionBox } from './question-box.tsx';
import classes from './rehearsal.module.css';
import { formatWatch, StepBars } from './step-bars.tsx';

/** A rehearsal as it runs: the stopwatch with its steps, the checklist, and what it waits for. */
export function RunningPanel({ state }: { readonly state: RehearsalState }): ReactElement {
  const nowMs = useNow();
  const cancel = useAction('rehearsal.cancel', { refreshes: ['rehearsal.state'] });
  const confirm = useConfirm();
  const { ownerId, status, choice, startedAtMs, steps, step, gate, question } = state;
  const totalMs = Math.max(0, nowMs - (startedAtMs ?? nowMs));
  const ask = async (): Promise<void> => {
    const sure = await confirm({
      title: 'Break the rehearsal off?',
      body: 'What is under way ends at its checkpoint, and the report has what was measured by then. No key is removed.',
      confirm: 'Break it off',
    });
    if (sure) await cancel.run({ id: ownerId });
  };
  return (
    <Panel
      title={choice ? KIND_WORDS[choice.kind] : 'Rehearsal'}
      actions={
        <Button
          leftSection={<X size={14} aria-hidden />}
          loading={status === 'ending'}
          onClick={() => void ask()}
        >
          Break off
        </Button>
      }
    >
      <div className={classes.watch}>
        <span className={classes.clock} role="timer" aria-label="Time since it began">
          {formatWatch(totalMs)}
        </span>
        {status === 'ending' && <span className={classes.dim}>It is being ended.</span>}
      </div>
      {question && <QuestionBox state={state} question={question} />}
      <StepBars steps={steps} running={step} totalMs={totalMs} />
      {gate && <GateList items={gate} />}
    </Panel>
  );
}
