import { setTimeout as pause } from 'node:timers/promises';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import { describeGiven } from '../../../shared/model/endpoint.ts';
import { GATES, isOpen, type GateItem } from '../../../shared/rehearsal/gate.ts';
import type { RehearsalReport } from '../../../shared/rehearsal/report.ts';
import { CutoverWatch, type GateGoals } from './cutover-watch.ts';
import { followTask, type FollowedTask } from './followed-task.ts';
import { interrupted, Rehearsal } from './rehearsal.ts';
import type { RehearsalSetting } from './setting.ts';

export interface CutoverSetting extends RehearsalSetting, GateGoals {
  /** How long the checklist is waited for. */
  readonly waitForMs: number;
  /** The checklist as it is now, about once a second. */
  readonly onGate: (items: readonly GateItem[]) => void;
  /** Whether to cut over, asked once nothing stands in the way; `blocked` is aborted when something does again, which withdraws the question. */
  readonly mayCutOver: (blocked: AbortSignal) => Promise<boolean>;
}

const LOOK_EACH_MS = 1000;

/**
 * Brings a pair in step, looks at all that has to be so before the source is given up for the target, waits until it is, and cuts over where
 * that is agreed to: what the source wrote last is applied, both sides are compared while they stand still, and the target is handed over.
 * Nothing is done to the source. Never rejects.
 */
export async function rehearseCutover(setting: CutoverSetting): Promise<RehearsalReport> {
  const rehearsal = new Rehearsal('cutover', setting);
  return rehearsal.run(async () => {
    const { spec } = setting;
    await rehearsal.look();
    if (!setting.own?.running) await rehearsal.precheck();
    const watch = new CutoverWatch(setting);
    const looking = rehearsal.job(
      { type: 'watch-cutover', source: spec.source, target: spec.target },
      'watch-ended',
      {
        onEvent: (event) => {
          if (event.type === 'cutover-seen') watch.saw(event.facts);
        },
      },
    );
    looking.done.catch(() => undefined);
    const task = followTask(rehearsal, setting.own?.running ? 'catch-up' : 'connect', {
      onMetrics: (metrics) => watch.heard(metrics),
    });
    rehearsal.measure({
      afterwards: `The target follows no more, and ${rehearsal.called} can be gone on with.`,
    });
    try {
      await task.reached('in-step');
      rehearsal.stage = 'after';
      await compareFor(rehearsal, watch, task);
      if (await agreedAtGate(rehearsal, setting, watch, task)) await cutOver(rehearsal, watch, task);
    } finally {
      task.stop('now');
      await task.outcome.catch(() => undefined);
      looking.cancel();
    }
  });
}

async function compareFor(rehearsal: Rehearsal, watch: CutoverWatch, task: FollowedTask): Promise<void> {
  await Promise.race([rehearsal.compare({ contents: true }), task.endedEarly()]);
  const { comparison } = rehearsal.measured;
  if (comparison) watch.compared = { ...comparison, endedAtMs: Date.now() };
}

/** Waits until nothing stands in the way. @throws LockstepError REHEARSAL_BLOCKED that names what does, and who */
async function throughGate(
  rehearsal: Rehearsal,
  { waitForMs, onGate, signal }: CutoverSetting,
  watch: CutoverWatch,
  task: FollowedTask,
): Promise<void> {
  rehearsal.recorder.begin('gate');
  const endMs = performance.now() + waitForMs;
  for (;;) {
    const gate = watch.judge(Date.now());
    rehearsal.measure({ gate });
    if (watch.looked) onGate(gate);
    if (isOpen(gate)) return rehearsal.recorder.end('done');
    if (performance.now() > endMs) throw blockedBy(gate);
    // Nothing else can bring the comparison back that has become too old.
    const old = gate.filter(({ state }) => state === 'blocks').every(({ id }) => id === 'compared');
    if (old && watch.compared?.equal) {
      await compareFor(rehearsal, watch, task);
      rehearsal.recorder.begin('gate');
    }
    await Promise.race([
      pause(LOOK_EACH_MS, undefined, { signal }).catch(() => undefined),
      task.endedEarly(),
    ]);
    if (signal.aborted) throw interrupted();
  }
}

/** Asks once nothing stands in the way, and anew each time that something did meanwhile: what is agreed to is what is so then. */
async function agreedAtGate(
  rehearsal: Rehearsal,
  setting: CutoverSetting,
  watch: CutoverWatch,
  task: FollowedTask,
): Promise<boolean> {
  for (;;) {
    await throughGate(rehearsal, setting, watch, task);
    const agreed = await whileOpen(rehearsal, setting, watch, task);
    if (agreed !== undefined) return agreed;
  }
}

/** @returns undefined once something stands in the way again, whatever was answered */
async function whileOpen(
  rehearsal: Rehearsal,
  { mayCutOver, onGate, signal }: CutoverSetting,
  watch: CutoverWatch,
  task: FollowedTask,
): Promise<boolean | undefined> {
  const blocked = new AbortController();
  const asked = mayCutOver(blocked.signal);
  try {
    for (;;) {
      const look = pause(LOOK_EACH_MS).then(() => undefined);
      const agreed = await Promise.race([asked, look, task.endedEarly()]);
      if (signal.aborted) throw interrupted();
      const gate = watch.judge(Date.now());
      rehearsal.measure({ gate });
      onGate(gate);
      if (!isOpen(gate)) return undefined;
      if (agreed !== undefined) return agreed;
    }
  } finally {
    blocked.abort();
  }
}

function blockedBy(gate: readonly GateItem[]): LockstepError {
  const told = gate
    .filter(({ state }) => state === 'blocks')
    .map(({ id, found, who }) => `${GATES[id]}: ${found}${who.length > 0 ? ` Seen: ${who.join('; ')}` : ''}`);
  return new LockstepError('REHEARSAL_BLOCKED', told.join(' | '));
}

async function cutOver(rehearsal: Rehearsal, watch: CutoverWatch, task: FollowedTask): Promise<void> {
  const { recorder, setting } = rehearsal;
  const { spec } = setting;
  const writesBefore = watch.sourceWrites;
  const beganMs = Date.now();
  recorder.begin('drain');
  task.stop('drain');
  const outcome = await task.outcome;
  recorder.note(`applied up to offset ${outcome.offset}`);
  recorder.end('done');
  const rtoMs = Date.now() - beganMs;
  // Both stand still now, so what is equal is so at one offset. What they hold is known, and clients wait.
  await rehearsal.compare({ contents: false });
  const { comparison } = rehearsal.measured;
  recorder.note(comparison?.equal ? 'equal, with nothing written meanwhile' : 'the sides differ');
  await rehearsal.lookAtTarget(task.targetKeys);
  if (writesBefore !== null && watch.sourceWrites !== null && watch.sourceWrites !== writesBefore)
    throw new LockstepError(
      'REHEARSAL_BLOCKED',
      'the source was written to while it was given up: what came last is not on the target. Start the task again, and find who writes',
    );
  rehearsal.measure({
    rtoMs,
    afterwards: `The target is handed over and ready for clients. The way back, onto an emptied old server: lockstep sync --source ${describeGiven(spec.target)} --target ${describeGiven(spec.source)} --task back-${spec.task}`,
  });
}
