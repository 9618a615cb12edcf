import type { EngineEvent } from '../../../shared/contract/engine-messages.ts';
import { EXIT } from '../../../shared/errors/catalogue.ts';
import { describeEndpoint } from '../../../shared/model/endpoint.ts';
import { LockstepError } from '../../../shared/errors/lockstep-error.ts';
import type { TaskSpec } from '../../../shared/model/task-spec.ts';
import { runTask } from '../../backend/run-task.ts';
import { forkEngine } from '../fork-engine.ts';
import { heedInterrupts } from './interrupts.ts';
import { writeJson } from './json-lines.ts';
import { describeOutcome } from './outcome-words.ts';
import type { OutputEnd } from './output-end.ts';
import { placed } from './placed.ts';
import { standBy } from './standby/stand-by.ts';
import { syncGroup } from './sync-group.ts';
import { SyncView } from './sync-view.ts';
import { tellRuns, type ToldRuns } from './told-runs.ts';
import { taskSpecsOf, type SyncFlags } from './target-specs.ts';

/** Runs `sync` to its end. @returns the exit status; @throws LockstepError */
export async function syncCommand(flags: SyncFlags, output: OutputEnd): Promise<number> {
  const specs = taskSpecsOf(flags, process.env);
  const json = flags.json === true;
  const [spec, another] = specs;
  if (flags.standby) requireOneEndless(specs);
  const told = await tellRuns(flags.metrics, specs);
  try {
    if (another) return await syncGroup(specs, json, output, told);
    if (!flags.standby) return await syncOne(spec!, json, output, told);
    return await inTurn(spec!, json, output, told);
  } finally {
    told.close();
  }
}

/** Begins once no other process works for the task. */
async function inTurn(spec: TaskSpec, json: boolean, output: OutputEnd, told: ToldRuns): Promise<number> {
  const stop = new AbortController();
  const end = (): void => stop.abort();
  output.signal.addEventListener('abort', end);
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, end);
  const lease = await standBy({
    ...{ spec, signal: stop.signal, onLook: told.waiting },
    tell: (text) => process.stderr.write(`${text}\n`),
  });
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, end);
  told.begins();
  try {
    return await syncOne(spec, json, output, told);
  } finally {
    await lease.release();
  }
}

/** What ends by itself is not to be begun again by whoever waits. @throws LockstepError USAGE */
function requireOneEndless([spec, another]: readonly TaskSpec[]): void {
  if (another)
    throw new LockstepError('USAGE', '--standby takes one target: start one more for each of the others');
  if (spec?.until !== 'stopped' || spec.fullOnly)
    throw new LockstepError('USAGE', '--standby is for a task that goes on until it is stopped');
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
