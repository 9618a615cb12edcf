import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { GateItem } from '../../../shared/rehearsal/gate.ts';
import type { RehearsalChoice } from '../../../shared/rehearsal/rehearsal-choice.ts';
import type { RehearsalReport } from '../../../shared/rehearsal/report.ts';
import type { StartEngine } from '../engine-process.ts';
import type { OpenQuestion } from './open-question.ts';
import type { StepListener } from './recorder.ts';
import { rehearseCopy } from './rehearse-copy.ts';
import { rehearseCutover } from './rehearse-cutover.ts';
import { rehearseFailover } from './rehearse-failover.ts';
import type { OwnTask } from './setting.ts';

/** What a rehearsal with somebody at a page is given. */
export interface AskedRehearsal {
  readonly startEngine: StartEngine;
  readonly version: string;
  readonly spec: TaskSpec;
  /** See RehearsalSetting. */
  readonly called: string;
  readonly own?: OwnTask;
  readonly choice: RehearsalChoice;
  readonly question: OpenQuestion;
  readonly onStep: StepListener;
  readonly onGate: (items: readonly GateItem[]) => void;
  readonly signal: AbortSignal;
}

export type Rehearse = (asked: AskedRehearsal) => Promise<RehearsalReport>;

/** Rehearses as it was chosen; what has to be decided on the way is asked. Never rejects. */
export const rehearse: Rehearse = ({ choice, question, onGate, ...setting }) => {
  const { goals } = choice;
  switch (choice.kind) {
    case 'copy':
      return rehearseCopy({
        ...{ ...setting, goals, inStepForMs: choice.inStepForMs },
        mayClean: (keys) => question.ask({ type: 'clean', keys }),
      });
    case 'failover':
      return rehearseFailover({
        ...{ ...setting, goals, check: choice.check, checkMs: choice.checkMs },
        untilLost: async () => void (await question.ask({ type: 'cut' })),
        freeUntil: async (reachMs) => void (await question.ask({ type: 'free', reachMs })),
        mayCopyAgain: (why, keys) => question.ask({ type: 'copy-again', why, keys }),
      });
    case 'cutover': {
      const { waitForMs, steadyForMs, comparedWithinMs } = choice;
      return rehearseCutover({
        ...{ ...setting, goals, waitForMs, steadyForMs, comparedWithinMs, onGate },
        mayCutOver: (blocked) => question.ask({ type: 'cut-over' }, blocked),
      });
    }
  }
};
