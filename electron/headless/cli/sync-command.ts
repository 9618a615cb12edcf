import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { runTask } from '../../backend/run-task.ts';
import { forkEngine } from '../fork-engine.ts';
import { heedInterrupts } from './interrupts.ts';
import { writeJson } from './json-lines.ts';
import { describeOutcome } from './outcome-words.ts';
import type { OutputEnd } from './output-end.ts';
import { placed } from './placed.ts';
import { syncGroup } from './sync-group.ts';
import { SyncView } from './sync-view.ts';
import { tellRuns, type ToldRuns } from './told-runs.ts';
import { taskSpecsOf, type SyncFlags } from './target-specs.ts';

/** Runs `sync` to its end. @returns the exit status; @throws LockstepError */
export async function syncCommand(flags: SyncFlags, output: OutputEnd): Promise<number> {
  const specs = taskSpecsOf(flags, process.env);
  const json = flags.json === true;
  const [spec, another] = specs;
  const told = await tellRuns(flags.metrics, specs);
  try {
    return await (another ? syncGroup(specs, json, output, told) : syncOne(spec!, json, output, told));
  } finally {
    told.close();
  }
}

async function syncOne(spec: TaskSpec, json: boolean, output: OutputEnd, told: ToldRuns): Promise<number> {
  const view = new SyncView(process.stdout, process.stderr);
  const target = describeEndpoint(spec.target);
  const onEvent = (event: EngineEvent): void => {
    told.event(0, event);
    if (json) writeJson(process.stdout, target, event);
    else view.event(event);
  };
  if (!json) view.line(`${describeEndpoint(spec.source)} → ${target}, task ${spec.task}`);
  const task = runTask(forkEngine, spec, onEvent);
  const heedNoMore = heedInterrupts([task], output, (text) => {
    if (!json) view.line(text);
  });
  try {
    const outcome = await placed(spec, () => task.outcome);
    if (!json) view.line(describeOutcome(outcome));
    return outcome.evictedKeys > 0 ? EXIT.different : EXIT.ok;
  } finally {
    view.end();
    heedNoMore();
  }
}
