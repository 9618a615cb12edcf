import { formatKeys } from '../../../shared/format/numbers.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { RehearsalReport, StepId } from '../../../shared/rehearsal/report.ts';
import { Readings } from '../../../shared/rehearsal/spread.ts';
import { runTask } from '../run-task.ts';
import { FollowedTask } from './followed-task.ts';
import { inStepFor } from './in-step-for.ts';
import { Rehearsal } from './rehearsal.ts';
import type { RehearsalSetting } from './setting.ts';

export interface CopyRehearsalSetting extends RehearsalSetting {
  /** How long the pair is to stay in step. */
  readonly inStepForMs: number;
  /** Whether the target is to be emptied again; `keys` is how many would go. Asked once both sides were compared. */
  readonly mayClean: (keys: number) => Promise<boolean>;
}

/** Which step a run of a task is in. What is not named belongs to the step before. */
const STEP_OF: Readonly<Partial<Record<Phase, StepId>>> = {
  connecting: 'connect',
  receiving: 'copy',
  'full-copy': 'copy',
  clearing: 'copy',
  'catching-up': 'catch-up',
  'in-step': 'in-step',
};

/**
 * Copies a source into an empty target, keeps it in step for a while, compares, and empties the target again where that is agreed to.
 * Nothing is written to the source. Never rejects: what went wrong is a part of the report.
 */
export async function rehearseCopy(setting: CopyRehearsalSetting): Promise<RehearsalReport> {
  const rehearsal = new Rehearsal('copy', setting);
  return rehearsal.run(async () => {
    await rehearsal.look();
    await rehearsal.precheck();
    const targetKeys = await copyAndCompare(rehearsal, setting);
    await rehearsal.lookAtTarget(targetKeys);
    await cleanOrKeep(rehearsal, setting, targetKeys);
  });
}

/** @returns how many keys the target held at the end */
async function copyAndCompare(
  rehearsal: Rehearsal,
  { startEngine, spec, inStepForMs, signal }: CopyRehearsalSetting,
): Promise<number> {
  const { recorder } = rehearsal;
  const lag = new Readings();
  let followed = true;
  let everInStep = false;
  rehearsal.measure({ afterwards: `The target has what was copied by then, of ${rehearsal.called}.` });
  const task = new FollowedTask({
    startRun: (onEvent) => runTask(startEngine, spec, onEvent),
    onPhase: (phase) => {
      const step = STEP_OF[phase];
      if (!followed || step === undefined) return;
      recorder.begin(step);
      everInStep ||= step === 'in-step';
      rehearsal.stage = step === 'copy' || step === 'connect' ? 'copying' : 'after';
    },
    onMetrics: (metrics) => {
      if (everInStep && followed) lag.add(metrics.lag.seconds);
    },
    onFault: (atMs, text) => recorder.fault(atMs, text),
  });
  recorder.begin('connect');
  const stopAtOnce = (): void => task.stop('now');
  signal.addEventListener('abort', stopAtOnce, { once: true });
  try {
    await task.reached('in-step');
    await Promise.race([inStepFor(task, inStepForMs), task.endedEarly()]);
    rehearsal.measure({ lagSeconds: lag.spread() });
    followed = false;
    // A target that dies meanwhile fails the comparison, and the task's own fault says more.
    await Promise.race([rehearsal.compare({ contents: true }), task.endedEarly()]);
    recorder.begin('drain');
    task.stop('drain');
    const outcome = await task.outcome;
    recorder.end('done');
    const seconds = Math.max(recorder.tookMs('copy'), 1) / 1000;
    rehearsal.measure({
      copy: {
        keys: outcome.keysCopied,
        bytes: task.copiedBytes,
        keysPerSecond: outcome.keysCopied / seconds,
        bytesPerSecond: task.copiedBytes / seconds,
      },
      afterwards: `The target holds the copy, and ${rehearsal.called} can be gone on with.`,
    });
    return task.targetKeys;
  } finally {
    signal.removeEventListener('abort', stopAtOnce);
    rehearsal.measure({ lagSeconds: lag.spread() });
    task.stop('now');
    // It hands the target over before it ends.
    await task.outcome.catch(() => undefined);
  }
}

async function cleanOrKeep(
  rehearsal: Rehearsal,
  { spec, mayClean }: CopyRehearsalSetting,
  targetKeys: number,
): Promise<void> {
  if (rehearsal.measured.comparison?.equal !== true) {
    const { afterwards } = rehearsal.measured;
    rehearsal.measure({
      afterwards: `${afterwards} It was not emptied, since the two sides differ: what others have written there would go as well.`,
    });
    return;
  }
  if (!(await mayClean(targetKeys))) return;
  rehearsal.recorder.begin('clean');
  const { target, task } = spec;
  const { cleaned } = await rehearsal.job({ type: 'clean-target', target, task }, 'target-cleaned').done;
  rehearsal.recorder.note(`${formatKeys(cleaned.keys)} removed`);
  rehearsal.measure({ afterwards: `The target is empty again: ${formatKeys(cleaned.keys)} were removed.` });
}
