import { TaskRun, type TaskRunSetting } from '../../electron/engine/parts/task-run.ts';
import type { TaskEvents } from '../../electron/engine/events/task-events.ts';
import { systemWorld } from '../../electron/engine/world/system-world.ts';
import type { Outcome } from '../../shared/contract/engine-messages.ts';
import type { ErrorCode } from '../../shared/errors/catalogue.ts';
import type { Phase } from '../../shared/model/metrics.ts';
import type { TaskSpec } from '../../shared/model/task-spec.ts';
import { poll, taskSpec } from './sync-run.ts';

/** A run of a task in this process, whatever its source is, with all it has told. */
export interface StartedTask {
  readonly run: TaskRun;
  readonly outcome: Promise<Outcome>;
  readonly told: string[];
  /** The codes of the faults that were told of. */
  readonly faults: ErrorCode[];
  readonly phases: Phase[];
  /** Resolves once the run is in a phase, or was. */
  reached(phase: Phase): Promise<void>;
}

export function startTaskRun(
  sourceUrl: string,
  targetUrl: string,
  spec: Partial<TaskSpec>,
  setting: TaskRunSetting = {},
): StartedTask {
  const faults: ErrorCode[] = [];
  const told: string[] = [];
  const phases: Phase[] = [];
  const events: TaskEvents = {
    phase: (phase) => phases.push(phase),
    info: (text) => told.push(text),
    located: () => undefined,
    changed: () => undefined,
    question: () => undefined,
    warning: (text, fault) => {
      told.push(text);
      if (fault) faults.push(fault.code);
    },
  };
  const run = new TaskRun(systemWorld, taskSpec(sourceUrl, targetUrl, spec), events, setting);
  const outcome = run.run();
  let ended: { readonly by: unknown } | undefined;
  outcome.then(
    (by) => (ended = { by }),
    (by: unknown) => (ended = { by }),
  );
  const reached = (phase: Phase): Promise<void> =>
    poll(`phase ${phase}`, () => {
      if (ended && !phases.includes(phase))
        throw new Error(`the run ended before phase ${phase}: ${String(ended.by)}\n${told.join('\n')}`);
      return phases.includes(phase);
    });
  return { run, outcome, told, faults, phases, reached };
}
