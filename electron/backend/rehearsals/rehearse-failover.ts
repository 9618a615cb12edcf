import { formatKeys } from '../../../shared/format/numbers.ts';
import type { TaskOutlook } from '../../../shared/model/task-outlook.ts';
import type { RehearsalReport } from '../../../shared/rehearsal/report.ts';
import { followTask, type FollowedTask } from './followed-task.ts';
import { lossOf } from './loss-of.ts';
import { LossClock } from './loss-clock.ts';
import { runOwnCheck } from './own-check.ts';
import { interrupted, Rehearsal } from './rehearsal.ts';
import type { RehearsalSetting } from './setting.ts';

export interface FailoverRehearsalSetting extends RehearsalSetting {
  /** See `runOwnCheck`. */
  readonly check: string | undefined;
  readonly checkMs: number;
  /** Resolves at the moment at which the source is to be lost; the pair is in step when it is called. */
  readonly untilLost: (task: Pick<FollowedTask, 'phase'>) => Promise<void>;
  /** Resolves when the target has been used for long enough. `reachMs`: after about so long going on takes a new copy; null where that is not known. */
  readonly freeUntil: (reachMs: number | null) => Promise<void>;
  /** Whether all that the target holds may be replaced by a new copy; only asked where going on would not be exact. */
  readonly mayCopyAgain: (why: string, keys: number | null) => Promise<boolean>;
}

/**
 * Brings a pair in step, takes the source for lost, and measures what that costs: what the target never got, and how long until it served.
 * Nothing is done to the source. Then the target is free to be used, and at the end the pair is brought in step again: by going on where
 * nobody else has written to the target, else by a new copy, where that is agreed to. Never rejects.
 */
export async function rehearseFailover(setting: FailoverRehearsalSetting): Promise<RehearsalReport> {
  const rehearsal = new Rehearsal('failover', setting);
  return rehearsal.run(async () => {
    await rehearsal.look();
    if (!setting.own?.running) await rehearsal.precheck();
    const reachMs = await loseSource(rehearsal, setting);
    rehearsal.recorder.begin('free');
    await setting.freeUntil(reachMs);
    rehearsal.recorder.end('done');
    await endRehearsal(rehearsal, setting);
  });
}

/** @returns for about how long the source keeps what it writes from then on */
async function loseSource(rehearsal: Rehearsal, setting: FailoverRehearsalSetting): Promise<number | null> {
  const { recorder } = rehearsal;
  const { spec, own, untilLost, signal, check, checkMs } = setting;
  const loss = new LossClock(() => Date.now());
  const task = followTask(rehearsal, own?.running ? 'catch-up' : 'connect', {
    onPhase: (phase) => loss.phase(phase),
  });
  const left = `The target has what had come by then, and ${rehearsal.called} can be gone on with.`;
  rehearsal.measure({ afterwards: left });
  try {
    await task.reached('in-step');
    recorder.begin('in-step');
    rehearsal.stage = 'after';
    await Promise.race([untilLost(task), task.endedEarly()]);
    if (signal.aborted) throw interrupted();
    recorder.end('done');
    const written = task.last?.read;
    loss.begin();
    task.stop('cut');
    const outcome = await task.outcome;
    loss.ended();
    for (const step of loss.steps(recorder.startedAtMs)) recorder.add(step);
    rehearsal.measure({ rpo: lossOf(outcome, written) });
  } finally {
    // Where it was broken off.
    task.stop('now');
    await task.outcome.catch(() => undefined);
  }
  if (signal.aborted) throw interrupted();
  const { target, task: name } = spec;
  const triedAtMs = Date.now() - recorder.startedAtMs;
  const { trial } = await rehearsal.job({ type: 'try-target', target, task: name }, 'target-tried').done;
  const answersMs = Math.round(trial.connectMs + trial.writeMs + trial.readMs);
  recorder.add({
    id: 'answers',
    beganMs: triedAtMs,
    tookMs: answersMs,
    state: 'done',
    note: `${trial.servers} ${trial.servers === 1 ? 'server' : 'servers'}: connected, a key of Lockstep's own written, read, and removed`,
  });
  let rtoMs = loss.tookMs + answersMs;
  if (check !== undefined) {
    recorder.begin('own-check');
    const ownCheck = await runOwnCheck(check, checkMs, signal);
    recorder.end(ownCheck.passed ? 'done' : 'failed');
    rehearsal.measure({ ownCheck });
    rtoMs += ownCheck.tookMs;
  }
  rehearsal.measure({ rtoMs });
  await rehearsal.lookAtTarget(task.targetKeys);
  return task.last?.backlog?.ms ?? null;
}

const WRITES = {
  some: 'others have written to the target since',
  unknown: 'whether others have written to the target since cannot be told',
} as const;

async function endRehearsal(rehearsal: Rehearsal, setting: FailoverRehearsalSetting): Promise<void> {
  const { spec, mayCopyAgain } = setting;
  const { target, task } = spec;
  const { outlook } = await rehearsal.job({ type: 'look-ahead', spec }, 'outlook').done;
  const why = whyCopy(outlook);
  if (why === undefined) return goOn(rehearsal, 'go-on', 'It went on from where it stood');
  const { targetKeys } = outlook;
  if (!(await mayCopyAgain(why, targetKeys)))
    return rehearsal.measure({
      afterwards: `The target stands as it was left, and is no longer in step: ${why}. A new full copy would replace ${targetKeys === null ? 'what' : `all ${formatKeys(targetKeys)} that`} it holds.`,
    });
  await rehearsal.job({ type: 'copy-anew', target, task }, 'copy-begins-anew').done;
  await goOn(rehearsal, 'copy-again', `A new full copy was made, as ${why}`);
}

/** Why going on would not be exact; undefined where it is. */
function whyCopy({ writes, start, reason, faults }: TaskOutlook): string | undefined {
  if (writes !== 'none') return WRITES[writes];
  if (start === 'resume') return undefined;
  return reason ?? faults[0] ?? 'the source no longer has what follows';
}

async function goOn(rehearsal: Rehearsal, step: 'go-on' | 'copy-again', how: string): Promise<void> {
  const task = followTask(rehearsal, step);
  try {
    await task.reached('in-step');
    rehearsal.recorder.end('done');
    rehearsal.measure({
      afterwards: `${how}, and is in step again; ${rehearsal.called} can be gone on with.`,
    });
    await task.leave();
  } finally {
    task.stop('now');
    await task.outcome.catch(() => undefined);
  }
}
