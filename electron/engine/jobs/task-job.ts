import type { EngineCommand, RunEvent } from '../../../shared/contract/engine-messages.ts';
import type { Phase } from '../../../shared/model/metrics.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import type { Run } from '../task/run.ts';
import { TaskRun, type TaskRunSetting } from '../parts/task-run.ts';
import { askRepair } from './asked-repair.ts';
import { failed, type Job } from './job.ts';
import type { World } from '../world/world.ts';

const METRICS_INTERVAL_MS = 1000;

/** One run of a task; reports once a second, with each new phase, and before its last word. */
export function taskJob(
  spec: TaskSpec,
  send: (event: RunEvent) => void,
  world: World,
  setting?: TaskRunSetting,
): Job {
  const { clock } = world;
  let phase: Phase = 'connecting';
  const report = (): void => send({ type: 'metrics', metrics: session.metrics(phase) });
  const session = new TaskRun(
    world,
    spec,
    {
      phase: (next) => {
        if (next === phase) return;
        phase = next;
        report();
      },
      info: (text) => send({ type: 'event', atMs: clock.now(), severity: 'info', text }),
      warning: (text, fault) =>
        send({ type: 'event', atMs: clock.now(), severity: 'warning', text, ...fault }),
      located: (side, at) => send({ type: 'located', side, at }),
      changed: (change) => send({ type: 'changed', change: change && { ...change, atMs: clock.now() } }),
      question: (question) => send({ type: 'question', question: question ?? null }),
    },
    setting,
  );
  const timer = clock.setInterval(report, METRICS_INTERVAL_MS);
  const ended = session
    .run()
    .then(
      (outcome) => send({ type: 'finished', outcome }),
      (error: unknown) => {
        report();
        send({ ...failed(error, session.resumable), handedOver: session.handedOver });
      },
    )
    .finally(() => clock.clear(timer));
  const command = (told: EngineCommand): void => {
    if (told.type === 'repair') askRepair(session, told, send, clock);
    else obey(session, told);
  };
  return { command, abandon: () => session.stop('now'), ended };
}

function obey(session: Run, command: EngineCommand): void {
  if (command.type === 'stop') session.stop(command.how);
  else if (command.type === 'pause') session.pause();
  else if (command.type === 'resume') session.resume();
  else if (command.type === 'answer') session.answer(command.question, command.agreed);
  else if (command.type === 'limits') session.setLimits(command.limits);
}
